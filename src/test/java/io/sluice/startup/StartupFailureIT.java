package io.sluice.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The nodes of one test start side by side, because a start takes its time. */
class StartupFailureIT {
    private static final String SECRET = "Sentinel-Secret-0453";
    private static final String ODD_PASSWORD = "p:a=s$s#w%d&x;";

    private final TestDatabase database = SharedServer.postgres().createDatabase();

    @Test
    void aStartThatCannotSucceedEndsTheProcessWithOneSentence() {
        database.execute("create table flyway_schema_history (installed_rank int primary key, version varchar(50),"
                + " description varchar(200) not null, type varchar(20) not null, script varchar(1000) not null,"
                + " checksum int, installed_by varchar(100) not null, installed_on timestamp not null default now(),"
                + " execution_time int not null, success boolean not null)");
        database.execute("insert into flyway_schema_history values (1, '999', 'some later thing', 'SQL',"
                + " 'V999__some_later_thing.sql', 1, 'x', now(), 1, true)");

        SharedServer.node();

        try (SluiceServer bare = SluiceServer.builder().start();
                SluiceServer misspelt = SluiceServer.builder()
                        .database(database)
                        .environment("SLUICE_DB_POOLMAX", "7")
                        .start();
                SluiceServer alone = SluiceServer.builder()
                        .database("jdbc:postgresql://127.0.0.1:1/sluice?sslpassword=" + SECRET, "nobody", "wrong")
                        .environment("SLUICE_DB_START_TIMEOUT", "PT1S")
                        .start();
                SluiceServer keyless = SluiceServer.builder()
                        .environment("SLUICE_MASTER_KEY", "")
                        .database(database)
                        .start();
                SluiceServer stranger = SluiceServer.builder()
                        .environment("SLUICE_MASTER_KEY", "YW5vdGhlci1tYXN0ZXIta2V5LW9mLXRlc3RzLTAxMjM=")
                        .database(SharedServer.database())
                        .start();
                SluiceServer older = SluiceServer.builder().database(database).start()) {
            assertEnded(bare, "Sluice did not start: SLUICE_DB_URL is not set.");
            assertEnded(misspelt, "Sluice did not start: SLUICE_DB_POOLMAX is not a setting of Sluice;");
            assertEnded(
                    keyless,
                    "Sluice did not start: SLUICE_MASTER_KEY is not set; it must be 32 bytes in base64; openssl rand"
                            + " -base64 32 makes one.");
            assertThat(assertEnded(stranger, "Sluice did not start: SLUICE_MASTER_KEY ("))
                    .endsWith(") is not the key that this database was last used with; to replace that key, set"
                            + " SLUICE_MASTER_KEY_PREVIOUS to it.");
            assertEnded(
                    alone,
                    "Sluice did not start: PostgreSQL at SLUICE_DB_URL jdbc:postgresql://127.0.0.1:1/sluice did not"
                            + " accept user nobody within PT1S:");
            assertThat(alone.output()).doesNotContain(SECRET);
            assertEnded(
                    older,
                    "Sluice did not start: the database has migration 999 (some later thing), which is newer than this"
                            + " version");
        }
    }

    @Test
    void aRoleThatOnlyRunsCannotChangeTheAuditAndMayHaveAnOddPassword() throws SQLException {
        String owner = database.name() + "_owner";
        String runtime = database.name() + "_run";
        database.execute("create role " + owner + " login password 'owner'");
        database.execute("create role " + runtime + " login password '" + ODD_PASSWORD + "'");
        database.execute("alter database " + database.name() + " owner to " + owner);
        database.execute("alter schema public owner to " + owner);

        try (SluiceServer node = SluiceServer.builder()
                .database(database.url(), runtime, ODD_PASSWORD)
                .environment("SLUICE_DB_MIGRATION_USER", owner)
                .environment("SLUICE_DB_MIGRATION_PASSWORD", "owner")
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .start()) {
            node.awaitReady(SharedServer.START_TIMEOUT);
            new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN)
                    .post("/v1/tokens", "{\"name\": \"someone\", \"role\": \"viewer\"}")
                    .expect(201);
        }

        assertThat(database.count("select count(*) from audit_entries")).isPositive();
        assertThat(database.<String>value("select tableowner from pg_tables where tablename = 'audit_entries'"))
                .isEqualTo(owner);
        try (Connection connection = DriverManager.getConnection(database.url(), runtime, ODD_PASSWORD);
                Statement statement = connection.createStatement()) {
            for (String change : new String[] {
                "update audit_entries set action = 'x'", "delete from audit_entries", "truncate audit_entries"
            }) {
                assertThatThrownBy(() -> statement.execute(change))
                        .hasMessageContaining("permission denied for table audit_entries");
            }
        }
    }

    private static String assertEnded(SluiceServer node, String sentence) {
        assertThat(node.awaitExit(SharedServer.START_TIMEOUT)).isEqualTo(78);
        List<String> said = node.output()
                .lines()
                .filter(line -> line.startsWith("Sluice did not start"))
                .toList();
        assertThat(said).singleElement().asString().startsWith(sentence);
        return said.get(0);
    }
}
