package io.sluice.usage.retention;

import io.sluice.retention.Retention;
import java.time.Duration;

/** The months of one table of the ledger; each counts as one. */
record LedgerMonths(String kind, String table, Duration keptFor, LedgerMonthRepository months) implements Retention {
    @Override
    public long countExpired() {
        return months.old(table, keptFor, Integer.MAX_VALUE, true);
    }

    @Override
    public long deleteExpired(int most) {
        return months.old(table, keptFor, most, false);
    }

    @Override
    public int mostAtOnce() {
        return 1;
    }
}
