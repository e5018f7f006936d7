package io.sluice.admin.webhooks;

import io.sluice.webhooks.Deliveries;

/**
 * What a range did.
 *
 * @param count deliveries that are on their way again
 * @param more whether the range holds more: ask again
 */
public record RedeliveredJson(int count, boolean more) {
    static RedeliveredJson of(Deliveries.Range range) {
        return new RedeliveredJson(range.count(), range.more());
    }
}
