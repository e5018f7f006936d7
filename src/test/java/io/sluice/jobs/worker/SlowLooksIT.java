package io.sluice.jobs.worker;

import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Alone;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Looks become slow when index entries of millions of jobs can't be removed; here the clock makes them so. */
@Alone
class SlowLooksIT {
    private static final String ALIVE = """
            select count(*) from nodes where state = 'active' and heartbeat_at > clock_timestamp() - interval '5 s'
            """;

    @Test
    void aNodeWhoseLooksTakeTooLongStillSaysThatItLives() {
        TestDatabase database = TestJobs.createDatabase();
        try (SluiceServer node = TestJobs.node(database).start().awaitReady(SharedServer.START_TIMEOUT)) {
            database.execute("""
                    create or replace function sluice_now() returns timestamptz language plpgsql volatile as
                    $$ begin perform pg_sleep(3); return statement_timestamp(); end $$
                    """);
            await().atMost(Duration.ofSeconds(20)).until(() -> node.output().contains("leaves its looks out"));
            await().during(Duration.ofSeconds(10))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> database.count(ALIVE) == 1);
        }
    }
}
