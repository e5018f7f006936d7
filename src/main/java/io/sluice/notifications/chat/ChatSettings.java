package io.sluice.notifications.chat;

import io.sluice.outbound.OutboundSettings;
import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where operators are told over chat. */
@Singleton
public class ChatSettings implements Settings {
    private final @Nullable String operatorsUrl;

    @Inject
    public ChatSettings(Configuration configuration) {
        operatorsUrl = configuration.text("sluice.chat.operators.url").orElse(null);
        if (operatorsUrl != null) {
            new OutboundSettings(configuration).refusal(operatorsUrl).ifPresent(reason -> {
                throw new InvalidSettingException("SLUICE_CHAT_OPERATORS_URL " + reason);
            });
        }
    }

    /** An incoming webhook, a secret; empty: operators are told by mail only. */
    public Optional<String> operatorsUrl() {
        return Optional.ofNullable(operatorsUrl);
    }
}
