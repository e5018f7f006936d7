package io.sluice.quotas.check;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.LongAdder;

/** What the checks of this node did since it started. */
@ApplicationScoped
public class CheckCounters {
    private final LongAdder checks = new LongAdder();
    private final LongAdder suspensions = new LongAdder();
    private final LongAdder warnings = new LongAdder();

    void checked() {
        checks.increment();
    }

    void acted(int suspended, int warned) {
        suspensions.add(suspended);
        warnings.add(warned);
    }

    public long checks() {
        return checks.sum();
    }

    public long suspensions() {
        return suspensions.sum();
    }

    public long warnings() {
        return warnings.sum();
    }
}
