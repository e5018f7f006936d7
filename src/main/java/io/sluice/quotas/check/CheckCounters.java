package io.sluice.quotas.check;

import io.sluice.quotas.CheckActions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.LongAdder;

/** What the checks of this node did since it started. */
@ApplicationScoped
public class CheckCounters implements CheckActions.Totals {
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

    @Override
    public long checks() {
        return checks.sum();
    }

    @Override
    public long suspensions() {
        return suspensions.sum();
    }

    @Override
    public long warnings() {
        return warnings.sum();
    }
}
