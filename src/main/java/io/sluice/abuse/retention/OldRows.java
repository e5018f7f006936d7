package io.sluice.abuse.retention;

import io.sluice.retention.Retention;
import java.time.Duration;

/**
 * Rows of one table that are old enough.
 *
 * @param condition says which rows are older than {@code :kept}
 */
record OldRows(String kind, String table, Duration keptFor, String condition, OldRowRepository rows)
        implements Retention {
    @Override
    public long countExpired() {
        return rows.count(this);
    }

    @Override
    public long deleteExpired(int most) {
        return rows.delete(this, most);
    }
}
