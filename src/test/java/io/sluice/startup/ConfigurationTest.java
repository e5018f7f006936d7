package io.sluice.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    private final Configuration configuration = new Configuration();

    @ParameterizedTest
    @ValueSource(strings = {"0", "21", "4.5", "many", "99999999999", "-1", "0x10"})
    void refusesNumbersThatAreNoneOrOutOfRange(String value) {
        FixedConfig.use(Map.of("sluice.db.pool.max", value));

        assertThatThrownBy(() -> configuration.integer("sluice.db.pool.max", 1, 20))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("SLUICE_DB_POOL_MAX is '" + value + "' but must be a whole number from 1 to 20.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "20", " 7 "})
    void acceptsNumbersUpToBothEndsOfTheRange(String value) {
        FixedConfig.use(Map.of("sluice.db.pool.max", value));

        assertThat(configuration.integer("sluice.db.pool.max", 1, 20)).isEqualTo(Integer.parseInt(value.strip()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "PT", "PT0.5S", "PT2M", "-PT5S", "5s"})
    void refusesDurationsThatAreNoneOrOutOfRange(String value) {
        FixedConfig.use(Map.of("sluice.jobs.timeout", value));

        assertThatThrownBy(() ->
                        configuration.duration("sluice.jobs.timeout", Duration.ofSeconds(1), Duration.ofMinutes(1)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("SLUICE_JOBS_TIMEOUT is '" + value + "' but must be a duration from PT1S to PT1M, such as"
                        + " PT30S.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "TRUE", "1"})
    void refusesFlagsThatAreNeitherTrueNorFalse(String value) {
        FixedConfig.use(Map.of("sluice.test.clock", value));

        assertThatThrownBy(() -> configuration.flag("sluice.test.clock"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("SLUICE_TEST_CLOCK is '" + value + "' but must be true or false.");
    }

    @Test
    void takesBlankForAbsent() {
        FixedConfig.use(Map.of("sluice.db.url", "  "));

        assertThat(configuration.text("sluice.db.url")).isEmpty();
        assertThatThrownBy(() -> configuration.requiredText("sluice.db.url")).hasMessage("SLUICE_DB_URL is not set.");
    }

    @Test
    void remembersWhatItWasAskedFor() {
        FixedConfig.use(Map.of());

        configuration.text("sluice.some.thing");

        assertThat(configuration.knownKeys()).containsExactly("sluice.some.thing");
    }
}
