package io.sluice.notifications.letters;

import io.sluice.notifications.Notices;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.LongAdder;

/** What this node has sent since it started. */
@ApplicationScoped
public class LetterCounters implements Notices.Totals {
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();

    void sent() {
        sent.increment();
    }

    void failed() {
        failed.increment();
    }

    @Override
    public long lettersSent() {
        return sent.sum();
    }

    @Override
    public long triesFailed() {
        return failed.sum();
    }
}
