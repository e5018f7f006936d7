package io.sluice.outbound;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Where webhooks may go, and how long one call may take. */
@Singleton
public class OutboundSettings implements Settings {
    private final AddressRules rules;
    private final Duration timeout;

    @Inject
    public OutboundSettings(Configuration configuration) {
        List<Network> networks = new ArrayList<>();
        Set<String> hosts = new TreeSet<>();
        for (String each : list(configuration, "sluice.webhooks.allow")) {
            String text = each.toLowerCase(Locale.ROOT);
            Network.parse(text).ifPresentOrElse(networks::add, () -> hosts.add(text));
        }
        for (String host : hosts) {
            if (!HostName.isName(host)) {
                throw new InvalidSettingException(
                        "SLUICE_WEBHOOKS_ALLOW holds '" + host + "', which is neither a network"
                                + " such as 10.1.0.0/16 nor an address nor the name of a host.");
            }
        }
        Set<Integer> ports = new TreeSet<>();
        for (String each : list(configuration, "sluice.webhooks.ports")) {
            if (!each.matches("[1-9][0-9]{0,4}") || Integer.parseInt(each) > 65535) {
                throw new InvalidSettingException("SLUICE_WEBHOOKS_PORTS holds '" + each
                        + "' but must be ports from 1 to 65535, separated by commas.");
            }
            ports.add(Integer.valueOf(each));
        }
        rules = new AddressRules(networks, hosts, ports);
        timeout = configuration.duration("sluice.webhooks.timeout", Duration.ofSeconds(1), Duration.ofSeconds(30));
    }

    OutboundSettings(AddressRules rules, Duration timeout) {
        this.rules = rules;
        this.timeout = timeout;
    }

    /** Which addresses may be called. Default: public ones over https at port 443. */
    AddressRules rules() {
        return rules;
    }

    /** Why no call to the URL of another setting would ever be made; empty: a call may. Asks no resolver. */
    public Optional<String> refusal(String url) {
        try {
            return rules.refusalWhateverItsAddress(TargetUrl.parse(url));
        } catch (RefusedTargetException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    /** Longest call, from the look-up of the name to the last byte that is read. Default 15 s. */
    public Duration timeout() {
        return timeout;
    }

    private static List<String> list(Configuration configuration, String key) {
        return configuration
                .text(key)
                .map(text -> List.of(text.split("\\s*,\\s*")))
                .orElse(List.of());
    }
}
