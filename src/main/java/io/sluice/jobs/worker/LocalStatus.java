package io.sluice.jobs.worker;

import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.WorkerStatus;
import io.sluice.jobs.attempts.RunningAttempts;
import io.sluice.jobs.attempts.WorkerFigures;
import io.sluice.jobs.handlers.HandlerCatalog;
import io.sluice.jobs.handlers.RegisteredHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What this node knows about its own worker. */
@ApplicationScoped
public class LocalStatus implements WorkerStatus {
    @Inject
    JobsSettings settings;

    @Inject
    HandlerCatalog catalog;

    @Inject
    RunningAttempts running;

    @Inject
    WorkerFigures figures;

    @Inject
    NodeState node;

    private volatile List<Loop> loops = List.of();

    void watch(List<Loop> started) {
        loops = started;
    }

    @Override
    public List<LoopState> loops() {
        return loops.stream().map(Loop::state).toList();
    }

    @Override
    public int slots() {
        return settings.concurrency() + catalog.ownSlots();
    }

    @Override
    public int running() {
        return running.count();
    }

    @Override
    public boolean hasRoomFor(String type, @Nullable Integer most) {
        RegisteredHandler handler = catalog.find(type).orElse(null);
        if (handler == null || (most != null && running.countOf(type) >= most)) {
            return false;
        }
        return handler.ownSlots() > 0
                ? running.countOf(type) < handler.ownSlots()
                : running.sharedCount() < settings.concurrency();
    }

    @Override
    public boolean draining() {
        return node.draining();
    }

    @Override
    public long staleFinishes() {
        return figures.staleFinishes();
    }

    @Override
    public long retries() {
        return figures.retries();
    }

    @Override
    public long rescues() {
        return figures.rescues();
    }

    @Override
    public long abandoned() {
        return figures.abandonedHandlers();
    }

    @Override
    public List<Ended> ended() {
        return figures.ended();
    }
}
