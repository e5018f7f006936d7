package io.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.EventReader;
import io.sluice.testkit.EventReader.Received;
import io.sluice.testkit.Metrics;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestTokens;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class EventStreamIT {
    private static final Api OPERATOR = SharedServer.operator();
    private static final TestDatabase DATABASE = SharedServer.database();
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void anEventIsStreamedWithItsPlaceItsNameAndItsContents() {
        try (EventReader reader = open(SharedServer.BOOTSTRAP_TOKEN, "", null)) {
            awaitBegun(reader);
            String project = Tenants.create();
            await().atMost(SOON).until(() -> !reader.of(project).isEmpty());
            Received made = reader.of(project).get(0);
            assertThat(made.event()).isEqualTo("project.created");
            assertThat(made.data().path("type").asText()).isEqualTo("project.created");
            assertThat(made.data().at("/data/status").asText()).isEqualTo("active");
            assertThat(made.data().path("request_id").asText()).isNotEmpty();
            assertThat(made.data().path("timestamp").asText()).endsWith("Z");
            assertThat(DATABASE.count("select position from events where project_id = ?", project))
                    .isEqualTo(made.id());
            await("a heartbeat").atMost(SOON).until(() -> reader.comments() > 0);
        }
    }

    @Test
    void anOwnerHearsOfItsOwnProjectsAndOfNothingElse() {
        String own = Tenants.create();
        String other = Tenants.create();
        String owner = TestTokens.make(OPERATOR, "owner", own);
        try (EventReader reader = open(owner, "", null);
                EventReader filtered =
                        open(SharedServer.BOOTSTRAP_TOKEN, "?types=suspension&project_id=" + other, null)) {
            awaitBegun(reader);
            awaitBegun(filtered);
            for (String project : List.of(other, own)) {
                OPERATOR.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                        .expect(201);
                OPERATOR.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"test\"}")
                        .expect(200);
                OPERATOR.put("/v1/projects/" + project + "/status", "{\"status\": \"archived\", \"reason\": \"test\"}")
                        .expect(200);
            }
            await().atMost(SOON)
                    .until(() -> reader.received().stream()
                            .anyMatch(each -> each.event().equals("project.archived")));
            // A stream may begin with what was committed just before it was opened.
            assertThat(reader.received())
                    .extracting(Received::event)
                    .filteredOn(event -> !event.equals("project.created"))
                    .containsExactly("project.suspended", "project.resumed", "project.archived");
            assertThat(reader.of(own)).hasSameSizeAs(reader.received());
            await().atMost(SOON).until(() -> filtered.received().size() >= 2);
            assertThat(filtered.received())
                    .extracting(Received::event)
                    .containsExactly("project.suspended", "project.resumed");
            assertThat(filtered.of(other)).hasSize(2);
        }
        Api ownerApi = OPERATOR.as(owner);
        assertThat(ownerApi.get("/v1/events?project_id=" + other).expect(404).code())
                .isEqualTo("NOT_FOUND");
        assertThat(Tenants.holder("service").get("/v1/events").expect(403).code())
                .isEqualTo("PERMISSION_DENIED");
        assertThat(OPERATOR.get("/v1/events?types=nothing").expect(400).code()).isEqualTo("VALIDATION_ERROR");
        assertThat(OPERATOR.get("/v1/events", "Last-Event-ID", "x").expect(400).code())
                .isEqualTo("VALIDATION_ERROR");
        assertThat(OPERATOR.get("/v1/events", "Last-Event-ID", "999999999999")
                        .expect(400)
                        .code())
                .isEqualTo("VALIDATION_ERROR");
    }

    @Test
    void nothingIsLostOrDoubledThoughTransactionsEndOutOfOrderAndTheReaderComesAndGoes() throws Exception {
        String project = Tenants.newId();
        List<String> order = new ArrayList<>();
        List<Received> all = new ArrayList<>();
        Random random = new Random(7);
        String last = null;
        try (Connection early = DATABASE.connect()) {
            early.setAutoCommit(false);
            insert(early, project, "early");
            for (int visit = 0; visit < 6; visit++) {
                EventReader reader = open(SharedServer.BOOTSTRAP_TOKEN, "?project_id=" + project, last);
                awaitBegun(reader);
                for (int i = 0; i < 20; i++) {
                    String name = visit + "-" + i;
                    try (Connection late = DATABASE.connect()) {
                        insert(late, project, name);
                    }
                    order.add(name);
                }
                if (visit == 3) {
                    await().atMost(SOON).until(() -> reader.received().size() >= 5);
                    early.commit();
                    order.add("early");
                }
                int wanted = 1 + random.nextInt(15);
                await().atMost(SOON).until(() -> reader.received().size() >= wanted);
                reader.close();
                await().atMost(SOON).until(reader::ended);
                all.addAll(reader.received());
                last = reader.lastId();
            }
            try (EventReader rest = open(SharedServer.BOOTSTRAP_TOKEN, "?project_id=" + project, last)) {
                await().atMost(SOON).until(() -> all.size() + rest.received().size() >= order.size());
                all.addAll(rest.received());
            }
        }
        assertThat(all)
                .extracting(each -> each.data().at("/data/name").asText())
                .containsExactlyInAnyOrderElementsOf(order);
        assertThat(all).extracting(Received::id).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aReaderThatDoesNotKeepUpIsCutOffAndGoesOnWhereItWas() throws Exception {
        String project = Tenants.newId();
        String from;
        try (EventReader reader = open(SharedServer.BOOTSTRAP_TOKEN, "?project_id=" + project, null)) {
            awaitBegun(reader);
            from = reader.lastId();
        }
        URI server = SharedServer.node().baseUri();
        try (Socket slow = new Socket(server.getHost(), server.getPort())) {
            slow.setReceiveBufferSize(4096);
            OutputStream out = slow.getOutputStream();
            out.write(("GET /v1/events?project_id=" + project + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                            + SharedServer.BOOTSTRAP_TOKEN + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(slow.getInputStream().read()).isEqualTo('H');
            DATABASE.execute("""
                    insert into events (type, project_id, data)
                    select 'test.large', ?, jsonb_build_object('name', n, 'fill', repeat('x', 20000))
                    from generate_series(1, 1000) n
                    """, project);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> SharedServer.node().output().contains("event stream ended, its reader took nothing"));
        } catch (IOException cutOff) {
            // As it should be.
        }
        try (EventReader reader = open(SharedServer.BOOTSTRAP_TOKEN, "?project_id=" + project, from)) {
            await().atMost(Duration.ofSeconds(90)).until(() -> reader.received().size() >= 1000);
            assertThat(reader.received())
                    .hasSize(1000)
                    .extracting(Received::id)
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
        DATABASE.execute("delete from events where project_id = ?", project);
    }

    @Test
    void aRevokedTokenEndsItsStream() {
        Map<String, String> token = TestTokens.issue(OPERATOR, "viewer");
        try (EventReader reader = open(token.get("token"), "", null)) {
            awaitBegun(reader);
            OPERATOR.delete("/v1/tokens/" + token.get("id")).expect(204);
            await().atMost(SOON).until(reader::ended);
        }
    }

    @Test
    void moreStreamsThanANodeServesAreRefusedUntilOthersEnd() {
        List<EventReader> readers = new ArrayList<>();
        try {
            // Streams that were left a moment ago still have their places until the node notices.
            Answer full = await().atMost(SOON)
                    .until(
                            () -> {
                                openUntilRefused(readers);
                                return OPERATOR.get("/v1/events");
                            },
                            answer -> answer.status() == 503);
            assertThat(readers).hasSizeBetween(5, 20);
            assertThat(Integer.parseInt(full.header("Retry-After"))).isBetween(1, 60);
            assertThat(full.json().path("retryable").asBoolean()).isTrue();
            assertThat(DATABASE.count("""
                            select count(*) from pg_stat_activity
                            where datname = current_database() and query ilike '%from events where position%'
                            """))
                    .as("connections that ask for events")
                    .isLessThanOrEqualTo(2);
        } finally {
            readers.forEach(EventReader::close);
        }
        await().atMost(SOON).until(() -> OPERATOR.get("/v1/events").status() == 200);
        // The other tests want places too, and the node notices those who left one after the other.
        await().atMost(SOON).until(() -> Metrics.now(OPERATOR).sum("sluice_event_streams") == 0);
    }

    private static void openUntilRefused(List<EventReader> readers) {
        while (readers.size() < 25) {
            assertThat(OPERATOR.send("HEAD", "/v1/events", null).status()).isEqualTo(200);
            try {
                readers.add(open(SharedServer.BOOTSTRAP_TOKEN, "", null));
            } catch (AssertionError refused) {
                assertThat(refused).hasMessageStartingWith("503").hasMessageContaining("SERVICE_UNAVAILABLE");
                return;
            }
        }
    }

    @Test
    void aCommitIsToldToOtherNodes() throws SQLException {
        try (Connection listening = DATABASE.connect()) {
            listening.createStatement().execute("listen " + EventFeed.CHANNEL);
            Tenants.create();
            assertThat(listening.unwrap(PGConnection.class).getNotifications(30_000))
                    .isNotEmpty();
        }
    }

    private static void insert(Connection connection, String project, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into events (type, project_id, data) values ('test.done', ?, jsonb_build_object('name', ?))
                """)) {
            statement.setString(1, project);
            statement.setString(2, name);
            statement.executeUpdate();
        }
    }

    private static EventReader open(String token, String query, String lastEventId) {
        return EventReader.open(SharedServer.node().baseUri(), token, query, lastEventId);
    }

    private static void awaitBegun(EventReader reader) {
        await().atMost(SOON).until(() -> reader.lastId() != null);
    }
}
