package io.sluice.jobs.worker;

import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Alone;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@Alone
class IdleNodeIT {
    private static final int SECONDS = 10;

    /** This node reads its figures each second instead of once in five: a transaction, and a question to its connection. */
    private static final int MORE_READINGS = 2 * SECONDS * 4 / 5;

    /** One a second is what the benchmark measures; the rest is room for what earlier tests left and for vacuum. */
    private static final int MOST = SECONDS * 3 / 2 + MORE_READINGS;

    private static final String TRANSACTIONS = """
            select xact_commit + xact_rollback from pg_stat_database where datname = current_database()
            """;

    @Test
    void aNodeThatIsAloneAndHasNothingToDoHardlyAsksTheDatabase() {
        TestJobs.node();
        await().atMost(Duration.ofMinutes(3)).until(() -> transactions(TestJobs.database()) <= MOST);
    }

    /** Of some seconds; the time itself is what is observed here. */
    private static long transactions(TestDatabase database) throws InterruptedException {
        long before = database.count(TRANSACTIONS);
        TimeUnit.SECONDS.sleep(SECONDS);
        return database.count(TRANSACTIONS) - before;
    }
}
