package io.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.EventReader;
import io.sluice.testkit.Metrics;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestTokens;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Streams that begin after a long time. */
class StreamBeginningsIT {
    private static final Api OPERATOR = SharedServer.operator();
    private static final TestDatabase DATABASE = SharedServer.database();
    private static final Duration SOON = Duration.ofSeconds(30);

    /** It has 20,000 to put in order, in four turns of two seconds. */
    @Test
    void aStreamIsAliveAndItsTokenLookedAfterWhileWhatHappenedBeforeItIsPutInOrder() {
        String project = Tenants.newId();
        Map<String, String> token = TestTokens.issue(OPERATOR, "viewer");
        await().atMost(SOON).until(() -> Metrics.now(OPERATOR).sum("sluice_event_streams") == 0);
        DATABASE.execute("""
                insert into events (type, project_id, data)
                select 'test.small', ?, jsonb_build_object('name', n) from generate_series(1, 20000) n
                """, project);
        DATABASE.execute("""
                create function slow_numbering() returns trigger language plpgsql as
                'begin perform pg_sleep(2); return null; end'
                """);
        DATABASE.execute(
                "create trigger slow_numbering before update on events for each statement execute function slow_numbering()");
        try (EventReader reader = open(SharedServer.BOOTSTRAP_TOKEN, "?project_id=" + project, null);
                EventReader revoked = open(token.get("token"), "", null)) {
            OPERATOR.delete("/v1/tokens/" + token.get("id")).expect(204);
            await().atMost(SOON).until(() -> reader.comments() > 0 && revoked.ended() || reader.lastId() != null);
            assertThat(reader.lastId()).as("where it begins is not known yet").isNull();
            awaitBegun(reader);
            assertThat(reader.received()).as("nothing of what was before").isEmpty();
        } finally {
            DATABASE.execute("drop trigger slow_numbering on events");
            DATABASE.execute("drop function slow_numbering");
            DATABASE.execute("delete from events where project_id = ?", project);
        }
    }

    @Test
    void aReaderThatComesBackAfterItsEventsWereRemovedIsToldSo() {
        String project = Tenants.newId();
        try (EventReader reader = open(SharedServer.BOOTSTRAP_TOKEN, "?project_id=" + project, null)) {
            awaitBegun(reader);
            DATABASE.execute("""
                    insert into events (type, project_id, data)
                    select 'test.small', ?, jsonb_build_object('name', n) from generate_series(1, 3) n
                    """, project);
            await().atMost(SOON).until(() -> reader.received().size() == 3);
        }
        DATABASE.execute("delete from events where position <= (select min(position) + 1 from events)");
        long oldest = DATABASE.count("select min(position) from events");
        try (EventReader late = open(SharedServer.BOOTSTRAP_TOKEN, "?types=job&project_id=" + project, "0");
                EventReader inTime = open(
                        SharedServer.BOOTSTRAP_TOKEN, "?types=job&project_id=" + project, String.valueOf(oldest - 1))) {
            await().atMost(SOON).until(() -> late.comments() > 0 && inTime.comments() > 0);
            assertThat(late.received()).singleElement().satisfies(told -> {
                assertThat(told.event()).isEqualTo("events.missed");
                assertThat(told.id()).isEqualTo(oldest - 1);
                assertThat(told.data().toString()).isEqualTo("{\"after\":0,\"before\":" + oldest + "}");
            });
            assertThat(inTime.received()).isEmpty();
        }
    }

    private static EventReader open(String token, String query, @Nullable String lastEventId) {
        return EventReader.open(SharedServer.node().baseUri(), token, query, lastEventId);
    }

    private static void awaitBegun(EventReader reader) {
        await().atMost(SOON).until(() -> reader.lastId() != null);
    }
}
