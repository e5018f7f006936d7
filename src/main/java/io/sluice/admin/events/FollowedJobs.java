package io.sluice.admin.events;

import io.sluice.jobs.Jobs;
import io.sluice.jobs.Jobs.State;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Tells streams how the jobs are that they follow. No event is written for each step of each job, which would cost more
 * than the job: who follows some is told what has become of them, read for all streams at once and only while there are
 * any.
 */
@ApplicationScoped
class FollowedJobs {
    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    @Inject
    Jobs jobs;

    // Of the feeding thread.
    private long lookedAt = System.nanoTime() - EVERY_NANOS;

    /** Called again and again by the one thread that feeds the streams. */
    void look(Collection<EventStream> streams) {
        if (System.nanoTime() - lookedAt < EVERY_NANOS) {
            return;
        }
        Set<UUID> followed =
                streams.stream().flatMap(stream -> stream.followed().stream()).collect(Collectors.toSet());
        if (followed.isEmpty()) {
            return;
        }
        lookedAt = System.nanoTime();
        for (State job : jobs.states(followed)) {
            JobChangeJson now = JobChangeJson.of(job);
            streams.stream()
                    .filter(stream -> stream.followed().contains(job.id()))
                    .forEach(stream -> stream.take(now));
        }
    }
}
