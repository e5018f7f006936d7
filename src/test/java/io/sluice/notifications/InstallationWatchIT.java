package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the watch sees of a PostgreSQL whose superuser it is not, that others use as well, and that has rules of its own. */
class InstallationWatchIT {
    private static final int OTHERS = 60;
    private static final String ZONE = "Pacific/Chatham";

    private static TestDatabase database;
    private static SluiceServer node;
    private static Api operator;

    @BeforeAll
    static void startAsAnOrdinaryRole() {
        database = SharedServer.postgres().createDatabase();
        String role = database.name() + "_owner";
        database.execute("create role " + role + " login password 'owner'");
        database.execute("alter database " + database.name() + " owner to " + role);
        database.execute("alter schema public owner to " + role);
        node = SluiceServer.builder()
                .database(database.url(), role, "owner")
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_MAIL_OPERATORS", "operator@sluice.example")
                .environment("SLUICE_NOTIFICATIONS_DATABASE_PERCENT", "1")
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
        operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        operator.post("/v1/schedules/installation-watch/pause", null).expect(200);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void countsConnectionsOfOtherRoles() throws Exception {
        List<Connection> others = new ArrayList<>();
        try {
            for (int i = 0; i < OTHERS; i++) {
                others.add(database.connect());
            }
            database.execute("delete from notification_alerts");
            watch();
        } finally {
            for (Connection other : others) {
                other.close();
            }
        }
        assertThat(database.count("""
                        select max(cast(data ->> 'value' as bigint))
                        from notices
                        where data ->> 'limit_name' = 'Connections to the database'
                        """)).isGreaterThan(OTHERS);
    }

    @Test
    void tellsOfZonesInWhichPostgresqlBeginsDaysAtOtherInstants() {
        project(ZONE);
        project("Europe/Berlin");
        watch();
        assertThat(zonesTold()).as("told of zones that agree").isEmpty();

        giveOtherRulesTo(ZONE);
        watch();
        assertThat(zonesTold()).containsExactly(ZONE);
        assertThat(node.output()).contains("Java and PostgreSQL differ about time zones of projects");
    }

    private static void project(String zone) {
        operator.post("/v1/projects", """
                        {"id": "watch-%s", "name": "Watched", "owner_email": "owner@sluice.example", "time_zone": "%s"}
                        """.formatted(UUID.randomUUID(), zone)).expect(201);
    }

    /** As if a release of the time zone data had moved the zone's clocks by an hour. */
    private static void giveOtherRulesTo(String zone) {
        database.execute("alter function sluice_midnight(date, text) rename to sluice_midnight_before");
        database.execute("""
                create function sluice_midnight(day date, time_zone text) returns timestamptz
                    language sql immutable strict parallel safe
                    return sluice_midnight_before(day, time_zone)
                        + case when time_zone = '%s' then interval '1 hour' else interval '0' end
                """.formatted(zone));
    }

    private static List<Object> zonesTold() {
        return database
                .query("select data ->> 'zones' as zones from notices where kind = 'operations.time_zones'")
                .stream()
                .map(row -> row.get("zones"))
                .toList();
    }

    /** Looks once, to the end. */
    private static void watch() {
        operator.post("/v1/schedules/installation-watch/run", null).expect(202);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> database.count("select count(*) from jobs where type = 'watch_installation'"
                                + " and status <> 'completed'")
                        == 0);
    }
}
