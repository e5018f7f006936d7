package io.sluice.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which addresses may be called. Public ones over https at the usual port; internal ones only where the operator allows
 * their network or their host, then at any port and over http too. Immutable.
 */
final class AddressRules {
    /** IPv4 addresses that are nobody's on the internet, and what clouds answer at beside them. */
    private static final List<Network> RESERVED_V4 = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    /** All IPv6 addresses outside this network are loopback, local, mapped, translated, multicast or unassigned. */
    private static final Network GLOBAL_V6 = Network.of("2000::/3");

    private static final List<Network> RESERVED_V6 =
            networks("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

    /** What an operator's own hosts have; allowing a host by name allows no other reserved address. */
    private static final List<Network> PRIVATE = networks(
            "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7");

    private final List<Network> allowedNetworks;
    private final Set<String> allowedHosts;
    private final Set<Integer> ports;

    AddressRules(List<Network> allowedNetworks, Set<String> allowedHosts, Set<Integer> ports) {
        this.allowedNetworks = List.copyOf(allowedNetworks);
        this.allowedHosts = Set.copyOf(allowedHosts);
        this.ports = Set.copyOf(ports);
    }

    /** Why the URL must not be called at this address; empty: it may. */
    Optional<String> refusal(TargetUrl url, InetAddress address) {
        if (isUnusable(address)) {
            return Optional.of("leads to an address that no host has.");
        }
        if (isAllowed(url.host(), address)) {
            return Optional.empty();
        }
        if (!isPublic(address)) {
            return Optional.of("leads to an internal or reserved address; an operator can allow it.");
        }
        return refusal(url);
    }

    /** Why the URL must not be called whatever public address it leads to; empty: it may. */
    Optional<String> refusal(TargetUrl url) {
        if (!url.isEncrypted()) {
            return Optional.of("must begin with https://.");
        }
        return ports.contains(url.port())
                ? Optional.empty()
                : Optional.of("must use one of the ports "
                        + String.join(
                                ", ",
                                ports.stream().sorted().map(String::valueOf).toList()) + ".");
    }

    /** Why no call will be made, whatever addresses the URL's host turns out to have; empty: some may. Asks no resolver. */
    Optional<String> refusalWhateverItsAddress(TargetUrl url) {
        Optional<InetAddress> literal = url.literal();
        if (literal.isPresent()) {
            return refusal(url, literal.get());
        }
        boolean mayBeAllowed = !allowedNetworks.isEmpty() || allowedHosts.contains(url.host());
        return mayBeAllowed ? Optional.empty() : refusal(url);
    }

    static boolean isPublic(InetAddress address) {
        return address instanceof Inet4Address
                ? RESERVED_V4.stream().noneMatch(network -> network.contains(address))
                : GLOBAL_V6.contains(address) && RESERVED_V6.stream().noneMatch(network -> network.contains(address));
    }

    private boolean isAllowed(String host, InetAddress address) {
        return allowedNetworks.stream().anyMatch(network -> network.contains(address))
                || (allowedHosts.contains(host)
                        && (isPublic(address) || PRIVATE.stream().anyMatch(network -> network.contains(address))));
    }

    private static boolean isUnusable(InetAddress address) {
        return address.isAnyLocalAddress() || address.isMulticastAddress();
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts).map(Network::of).toList();
    }
}
