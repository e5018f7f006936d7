package io.sluice.notifications.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.startup.Configuration;
import io.sluice.startup.FixedConfig;
import io.sluice.startup.InvalidSettingException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hooks.example.org|must be a URL such as",
                "https://user:secret@hooks.example.org/|must be a URL such as",
                "https://hooks.example.org/#secret|must be a URL such as",
                "http://hooks.example.org/secret|must begin with https://",
                "https://hooks.example.org:8443/secret|must use one of the ports 443",
                "https://10.0.0.5/secret|leads to an internal or reserved address",
                "https://0.0.0.0/secret|leads to an address that no host has"
            })
    void refusesWhatNoCallWouldBeMadeTo(String url, String sentence) {
        assertThatThrownBy(() -> settings(url, null))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContainingAll("SLUICE_CHAT_OPERATORS_URL", sentence)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.5:8065/hooks/secret", "http://chat.internal/hooks/secret"})
    void takesWhatMayLeadToAnAllowedNetwork(String url) {
        assertThat(settings(url, "10.0.0.0/8").operatorsUrl()).contains(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://other.internal/secret", "https://10.0.0.5/secret"})
    void aHostThatIsAllowedByNameAllowsNoOther(String url) {
        assertThat(settings("http://chat.internal/secret", "chat.internal").operatorsUrl())
                .isPresent();
        assertThatThrownBy(() -> settings(url, "chat.internal")).isInstanceOf(InvalidSettingException.class);
    }

    @Test
    void asksNoResolver() {
        assertThat(settings("https://there-is-no-such-host.invalid/secret", null)
                        .operatorsUrl())
                .isPresent();
    }

    private static ChatSettings settings(String url, String allowed) {
        Map<String, String> values = new HashMap<>(Map.of(
                "sluice.chat.operators.url", url,
                "sluice.webhooks.ports", "443",
                "sluice.webhooks.timeout", "PT15S"));
        if (allowed != null) {
            values.put("sluice.webhooks.allow", allowed);
        }
        FixedConfig.use(values);
        return new ChatSettings(new Configuration());
    }
}
