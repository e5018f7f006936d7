package io.sluice.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** An outgoing client outside the server, with a resolver that a test scripts. */
final class Calls extends HostLookup {
    private final Map<String, List<String>> names = new ConcurrentHashMap<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private final OutboundTargets targets = new OutboundTargets();
    private final OutboundClient client = new OutboundClient();

    Calls(Duration timeout, Set<Integer> ports, String... allowed) {
        List<Network> networks =
                Stream.of(allowed).flatMap(text -> Network.parse(text).stream()).toList();
        Set<String> hosts = Set.of(Stream.of(allowed).filter(HostName::isName).toArray(String[]::new));
        OutboundSettings settings = new OutboundSettings(new AddressRules(networks, hosts, ports), timeout);
        targets.settings = settings;
        targets.lookup = this;
        client.settings = settings;
        client.targets = targets;
    }

    /** From now on the name has these addresses, one after the other: the last one for good. "a+b" are two at once. */
    void name(String name, String... answers) {
        names.put(name, new java.util.concurrent.CopyOnWriteArrayList<>(answers));
    }

    OutboundTargets targets() {
        return targets;
    }

    OutboundClient client() {
        return client;
    }

    int lookups() {
        return lookups.get();
    }

    OutboundAnswer post(String url) {
        return client.post(url, Map.of("X-Test", "1"), "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    List<InetAddress> addresses(String host, Duration longest) throws UnknownHostException {
        lookups.incrementAndGet();
        List<String> answers = names.get(host);
        if (answers == null) {
            // As the system would see it, without the network.
            return List.of(InetAddress.getAllByName(host.equals("localhost") ? host : unknown(host)));
        }
        String answer = answers.size() > 1 ? answers.remove(0) : answers.get(0);
        return Stream.of(answer.split("\\+")).map(Calls::address).toList();
    }

    private static String unknown(String host) throws UnknownHostException {
        throw new UnknownHostException(host);
    }

    /** As a resolver hands it out: forms that the JDK itself would refuse to parse are given as bytes. */
    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
