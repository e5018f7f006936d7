package io.sluice.jobs.worker;

import io.sluice.database.Notifications;
import io.sluice.jobs.queue.Nodes;
import io.sluice.jobs.wakeup.News;
import io.sluice.jobs.wakeup.WakeUp;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Carries wake-ups from node to node. Nothing is lost when one gets lost: every node also polls. */
@ApplicationScoped
class WakeUps {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final long QUIET_MS = 10;

    @Inject
    Notifications notifications;

    @Inject
    Nodes nodes;

    @Inject
    WakeUp wakeUp;

    @Inject
    NodeState node;

    private volatile boolean closed;

    /** Listens until the connection fails or {@link #close} is called, and says each second that it does. */
    void listen(Runnable well) {
        notifications.listen(Nodes.CHANNEL, () -> goesOn(well), this::heard);
    }

    private boolean goesOn(Runnable well) {
        well.run();
        return !closed;
    }

    private void heard(String payload) {
        node.alone(false);
        if (payload.equals(Nodes.LIMITED)) {
            wakeUp.limitedWorkPossible();
            wakeUp.policiesChanged();
            wakeUp.workPossible(News.ALL);
        } else {
            wakeUp.workPossible(News.said(payload));
        }
    }

    /** Tells the other nodes of a burst of commits with one notification. A node that is alone has nobody to tell. */
    void tell() throws InterruptedException {
        if (wakeUp.awaitNews(LONGEST_WAIT)) {
            String word = wakeUp.takeNewsForOthers().word();
            boolean limited = wakeUp.takeLimitedNews();
            if (!node.alone()) {
                nodes.wake(limited ? Nodes.LIMITED : word);
            }
            TimeUnit.MILLISECONDS.sleep(QUIET_MS);
        }
    }

    void close() {
        closed = true;
    }
}
