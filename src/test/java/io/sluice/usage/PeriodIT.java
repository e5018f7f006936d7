package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.flywaydb.core.Flyway;

/** The SQL functions and {@link Period} must cut time at the same instants. */
class PeriodIT {
    private static final String PERIODS = """
            select sluice_period_start(unit, anchor, zone, at) as start, sluice_period_end(unit, anchor, zone, at) as "end"
            from (values (?::text, ?::int, ?::text, ?::timestamptz)) as given (unit, anchor, zone, at)
            """;

    private static Connection connection;

    @BeforeContainer
    static void migrate() {
        TestDatabase database = SharedServer.postgres().createDatabase();
        Flyway.configure()
                .dataSource(database.url(), PostgresServer.USER, PostgresServer.PASSWORD)
                .locations("classpath:db/migration")
                .placeholders(Map.of("runtime_role", PostgresServer.USER))
                .load()
                .migrate();
        connection = database.connect();
    }

    @AfterContainer
    static void close() throws SQLException {
        connection.close();
    }

    @Property(tries = 200)
    @Domain(PeriodCases.class)
    @Domain(net.jqwik.api.domains.DomainContext.Global.class)
    void agreesWithTheDatabase(@ForAll @Size(20) List<PeriodCases.Case> cases) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PERIODS)) {
            for (PeriodCases.Case each : cases) {
                Period period = each.period();
                statement.setString(1, period.unit().word());
                statement.setInt(2, period.anchorDay());
                statement.setString(3, period.zone().getId());
                statement.setObject(4, OffsetDateTime.ofInstant(each.at(), ZoneOffset.UTC));
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    assertThat(instant(row, "start")).as("start of %s", each).isEqualTo(period.start(each.at()));
                    assertThat(instant(row, "end")).as("end of %s", each).isEqualTo(period.end(each.at()));
                }
            }
        }
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
