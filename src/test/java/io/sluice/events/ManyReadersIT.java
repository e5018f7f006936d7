package io.sluice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.EventReader;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Readers of event streams that share a node with others. */
class ManyReadersIT {
    private static final TestDatabase DATABASE = SharedServer.database();
    private static final Duration SOON = Duration.ofSeconds(30);

    /** It has 300,000 events to read, of which its reader wants none. */
    @Test
    void aReaderThatComesBackFarBehindHoldsUpNobody() {
        String project = Tenants.newId();
        String other = Tenants.newId();
        String from;
        try (EventReader reader = open("", null)) {
            awaitBegun(reader);
            from = reader.lastId();
        }
        DATABASE.execute("""
                insert into events (type, project_id, data)
                select 'test.small', ?, jsonb_build_object('name', n) from generate_series(1, 300000) n
                """, project);
        try (EventReader present = open("?project_id=" + other, null)) {
            await().atMost(Duration.ofSeconds(90)).until(() -> present.lastId() != null);
            try (EventReader behind = open("?types=key.leaked", from)) {
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
                long begun = System.nanoTime();
                DATABASE.execute("insert into events (type, project_id, data) values ('test.small', ?, '{}')", other);
                await().atMost(SOON).until(() -> !present.received().isEmpty());
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
                assertThat(behind.received()).isEmpty();
            }
        } finally {
            DATABASE.execute("delete from events where project_id = ?", project);
        }
    }

    private static EventReader open(String query, @Nullable String lastEventId) {
        return EventReader.open(SharedServer.node().baseUri(), SharedServer.BOOTSTRAP_TOKEN, query, lastEventId);
    }

    private static void awaitBegun(EventReader reader) {
        await().atMost(SOON).until(() -> reader.lastId() != null);
    }
}
