package io.sluice.access;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Who gets in before there are tokens, and what needs none. */
@Singleton
public class AccessSettings implements Settings {
    private static final int SHORTEST_BOOTSTRAP_TOKEN = 32;

    private final Optional<String> bootstrapToken;
    private final boolean metricsOpen;

    @Inject
    public AccessSettings(Configuration configuration) {
        bootstrapToken = configuration.text("sluice.bootstrap.token");
        if (bootstrapToken.filter(token -> !isAcceptable(token)).isPresent()) {
            throw new InvalidSettingException("SLUICE_BOOTSTRAP_TOKEN must be at least " + SHORTEST_BOOTSTRAP_TOKEN
                    + " visible ASCII characters; openssl rand -hex 32 makes a good one.");
        }
        metricsOpen = configuration.flag("sluice.metrics.open");
    }

    private static boolean isAcceptable(String token) {
        return token.length() >= SHORTEST_BOOTSTRAP_TOKEN
                && token.chars().allMatch(character -> character > ' ' && character < 0x7f);
    }

    /** An operator's token that is accepted for as long as it is set; absent: only tokens in the database are. */
    Optional<String> bootstrapToken() {
        return bootstrapToken;
    }

    /** Whether {@code /metrics} needs no token. Default false. */
    boolean metricsOpen() {
        return metricsOpen;
    }
}
