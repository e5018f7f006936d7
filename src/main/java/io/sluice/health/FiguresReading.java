package io.sluice.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** Everything that the gauges need of the database, in one transaction: an idle node asks for little else. */
@ApplicationScoped
public class FiguresReading {
    @Inject
    FeatureMeters featureMeters;

    @Inject
    QueueFigures figures;

    /** Called by one thread at a time. */
    @Transactional
    public void read() {
        figures.feelPulse();
        featureMeters.count();
        figures.refresh();
    }
}
