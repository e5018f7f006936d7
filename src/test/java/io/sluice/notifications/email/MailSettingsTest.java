package io.sluice.notifications.email;

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

class MailSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sluice.mail.from||SLUICE_MAIL_FROM is not set",
                "sluice.mail.from|no address|SLUICE_MAIL_FROM holds something that is not an e-mail address",
                "sluice.mail.operators|a@example.org, nobody|SLUICE_MAIL_OPERATORS holds something",
                "sluice.mail.user|me|SLUICE_MAIL_PASSWORD is not set",
                "sluice.mail.tls|maybe|SLUICE_MAIL_TLS is 'maybe' but must be starttls, implicit or none",
                "sluice.mail.port|0|SLUICE_MAIL_PORT is '0'",
                "sluice.mail.timeout|PT5M|SLUICE_MAIL_TIMEOUT is 'PT5M'"
            })
    void refusesWhatCannotWork(String key, String value, String sentence) {
        assertThatThrownBy(() -> settings(key, value))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void takesAServerWithoutALoginAndSeveralOperators() {
        MailSettings settings = settings("sluice.mail.operators", "a@example.org , b@example.org,a@example.org");
        assertThat(settings.user()).isEmpty();
        assertThat(settings.operators()).containsExactly("a@example.org", "b@example.org");
    }

    private static MailSettings settings(String key, String value) {
        Map<String, String> values = new HashMap<>(Map.of(
                "sluice.mail.host", "mail.example.org",
                "sluice.mail.port", "587",
                "sluice.mail.from", "Sluice <sluice@example.org>",
                "sluice.mail.tls", "starttls",
                "sluice.mail.timeout", "PT30S"));
        values.remove(key);
        if (value != null) {
            values.put(key, value);
        }
        FixedConfig.use(values);
        return new MailSettings(new Configuration());
    }
}
