package io.sluice.retention;

import java.time.Duration;

/**
 * One kind of rows that go some time after they stopped being of use. A CDI bean of the feature that owns them is all that
 * it takes: the job {@code purge} finds it.
 */
public interface Retention {
    /** What they are, as the job's result, the metric and the log name them: {@code a-z} and {@code _}. */
    String kind();

    /** How long they are kept; what is older by the database's clock goes. */
    Duration keptFor();

    /** How many would go now. Changes nothing; runs in a transaction. */
    long countExpired();

    /**
     * Deletes up to {@code most} of those that are old enough, oldest first, in one statement and in the transaction of
     * this thread, which holds nothing else. Called again until it returns less than {@code most}.
     *
     * @return how many went
     */
    long deleteExpired(int most);

    /** Most that one transaction deletes, so that none is long; fewer for what is costly, such as partitions. */
    default int mostAtOnce() {
        return 5_000;
    }
}
