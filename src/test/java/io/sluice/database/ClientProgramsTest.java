package io.sluice.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.startup.Configuration;
import io.sluice.startup.FixedConfig;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PostgreSQL's own programs reach the server that the pool reaches, under the same protection. */
class ClientProgramsTest {
    @ParameterizedTest
    @CsvSource({
        "?ssl=true, verify-full",
        "?ssl, verify-full",
        "?ssl=true&sslmode=require, require",
        "?sslmode=verify-ca, verify-ca",
        "?ssl=false, prefer",
        "'', prefer"
    })
    void theConnectionIsAsSafeAsThePools(String parameters, String mode) {
        assertThat(environment("jdbc:postgresql://db.example.org/sluice" + parameters))
                .containsEntry("PGSSLMODE", mode);
    }

    @ParameterizedTest
    @CsvSource({
        "?targetServerType=primary, read-write",
        "?targetServerType=master, read-write",
        "?targetServerType=preferPrimary, read-write",
        "?targetServerType=any,",
        "'',"
    })
    void ofSeveralServersItIsTheOneThatTakesWrites(String parameters, String wanted) {
        Map<String, String> environment =
                environment("jdbc:postgresql://a.example.org:5433,b.example.org/sluice" + parameters);

        assertThat(environment)
                .containsEntry("PGHOST", "a.example.org,b.example.org")
                .containsEntry("PGPORT", "5433,5432");
        assertThat(environment.get("PGTARGETSESSIONATTRS")).isEqualTo(wanted);
    }

    @Test
    void certificatesAndTheLoginAreHandedOn() {
        assertThat(environment("jdbc:postgresql://db.example.org/sluice?sslrootcert=/etc/ca.pem&sslcert=/etc/c.pem"))
                .containsEntry("PGSSLROOTCERT", "/etc/ca.pem")
                .containsEntry("PGSSLCERT", "/etc/c.pem")
                .containsEntry("PGUSER", "me")
                .containsEntry("PGPASSWORD", "secret");
    }

    private static Map<String, String> environment(String url) {
        FixedConfig.use(new HashMap<>(Map.of(
                "sluice.db.url", url,
                "sluice.db.user", "me",
                "sluice.db.password", "secret",
                "sluice.db.pool.max", "10",
                "sluice.db.start.timeout", "PT60S",
                "sluice.test.clock", "false")));
        ClientPrograms programs = new ClientPrograms();
        programs.settings = new DatabaseSettings(new Configuration());
        return programs.environment();
    }
}
