package io.sluice.health;

import io.sluice.logging.EventLog;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/** Reads the figures behind the probes and the gauges, again and again, on every node. */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
public class FiguresTimer {
    private static final EventLog LOG = EventLog.of(FiguresTimer.class);

    @Resource
    TimerService timers;

    @Inject
    HealthSettings settings;

    @Inject
    JobMeters jobMeters;

    @Inject
    NodeMeters nodeMeters;

    @Inject
    FiguresReading reading;

    private boolean failing;

    @PostConstruct
    void start() {
        nodeMeters.register();
        long interval = settings.refreshInterval().toMillis();
        timers.createIntervalTimer(1, interval, new TimerConfig(null, false));
    }

    /** A failure is said once; the container would stop a timer that throws. */
    @Timeout
    void tick() {
        try {
            jobMeters.countWhatEnded();
            reading.read();
            jobMeters.showQueue();
            failing = false;
        } catch (RuntimeException away) {
            if (!failing) {
                LOG.warning("queue figures unreadable", "error", away.getClass().getSimpleName());
            }
            failing = true;
        }
    }
}
