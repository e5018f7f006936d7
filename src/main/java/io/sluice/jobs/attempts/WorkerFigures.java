package io.sluice.jobs.attempts;

import io.sluice.jobs.WorkerStatus.Ended;
import io.sluice.jobs.WorkerStatus.Within;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.DoubleStream;

/** What has happened on this node since it started. */
@ApplicationScoped
public class WorkerFigures {
    private record Kind(String type, String outcome) {}

    /** What ended after at most each of {@link #RUN_TIMES}, and after longer; each attempt is in one place. */
    private record Sum(AtomicLongArray attempts, LongAdder nanos) {
        static Sum begin() {
            return new Sum(new AtomicLongArray(RUN_TIMES.length + 1), new LongAdder());
        }

        void add(long took) {
            int place = 0;
            while (place < RUN_TIMES.length && took > RUN_TIMES[place]) {
                place++;
            }
            attempts.incrementAndGet(place);
            nanos.add(took);
        }

        List<Within> within() {
            List<Within> within = new ArrayList<>(RUN_TIMES.length + 1);
            long all = 0;
            for (int place = 0; place <= RUN_TIMES.length; place++) {
                all += attempts.get(place);
                double seconds = place < RUN_TIMES.length ? RUN_TIMES[place] / NANOS : Double.POSITIVE_INFINITY;
                within.add(new Within(seconds, all));
            }
            return within;
        }
    }

    private static final double NANOS = 1e9;

    /** In nanoseconds: from jobs that do next to nothing to backups that are given half an hour. */
    private static final long[] RUN_TIMES = DoubleStream.of(0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800)
            .mapToLong(seconds -> Math.round(seconds * NANOS))
            .toArray();

    private final Map<Kind, Sum> ended = new ConcurrentHashMap<>();
    private final AtomicLong staleFinishes = new AtomicLong();
    private final AtomicLong rescues = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();

    public void ended(Attempt attempt, String outcome) {
        attempt.span().end(outcome);
        ended.computeIfAbsent(new Kind(attempt.job().type(), outcome), kind -> Sum.begin())
                .add(attempt.age().toNanos());
        if (attempt.job().attempts() > 1) {
            retries.incrementAndGet();
        }
    }

    public void stale() {
        staleFinishes.incrementAndGet();
    }

    public void rescued(int jobs) {
        rescues.addAndGet(jobs);
    }

    public void abandoned() {
        abandoned.incrementAndGet();
    }

    public long staleFinishes() {
        return staleFinishes.get();
    }

    public long rescues() {
        return rescues.get();
    }

    public long abandonedHandlers() {
        return abandoned.get();
    }

    public long retries() {
        return retries.get();
    }

    public List<Ended> ended() {
        return ended.entrySet().stream()
                .map(entry -> new Ended(
                        entry.getKey().type(),
                        entry.getKey().outcome(),
                        entry.getValue().nanos().sum() / NANOS,
                        entry.getValue().within()))
                .toList();
    }
}
