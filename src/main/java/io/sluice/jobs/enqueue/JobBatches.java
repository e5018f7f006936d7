package io.sluice.jobs.enqueue;

import io.sluice.jobs.JobQueue.Enqueued;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Inserts any number of jobs in the caller's transaction, many in one statement. */
@ApplicationScoped
class JobBatches {
    private static final int MOST_JOBS = 5_000;
    private static final int MOST_CHARACTERS = 8_388_608;

    @Inject
    JobRepository jobs;

    @Inject
    PlainJobRepository plainJobs;

    /** In the order of {@code many}; of jobs with the same key the first counts, and the others are what became of it. */
    List<Enqueued> insert(List<StoredJob> many) {
        Map<Integer, Enqueued> all = new HashMap<>();
        insertPlain(many, all);
        insertKeyed(many, StoredJob::uniqueKey, this::insertLiveOnce, all);
        insertKeyed(many, StoredJob::scope, this::insertScopedOnce, all);
        insertKeyed(many, StoredJob::pendingKey, jobs::insertManyPendingOnce, all);
        List<Enqueued> inOrder = new ArrayList<>(many.size());
        for (int i = 0; i < many.size(); i++) {
            inOrder.add(all.get(i));
        }
        return inOrder;
    }

    private void insertPlain(List<StoredJob> many, Map<Integer, Enqueued> all) {
        List<Integer> places = new ArrayList<>();
        List<StoredJob> plain = new ArrayList<>();
        for (int i = 0; i < many.size(); i++) {
            StoredJob job = many.get(i);
            if (job.uniqueKey() == null && job.pendingKey() == null && job.scope() == null) {
                places.add(i);
                plain.add(job);
            }
        }
        List<UUID> made = inChunks(plain, plainJobs::insert);
        for (int i = 0; i < made.size(); i++) {
            all.put(places.get(i), new Enqueued(made.get(i), true));
        }
    }

    /** Sorted by key, so that two transactions lock the same keys in the same order. */
    private void insertKeyed(
            List<StoredJob> many,
            Function<StoredJob, @Nullable String> keyOf,
            Function<List<StoredJob>, List<Enqueued>> insertion,
            Map<Integer, Enqueued> all) {
        TreeMap<String, StoredJob> firsts = new TreeMap<>();
        for (StoredJob job : many) {
            String key = keyOf.apply(job);
            if (key != null) {
                firsts.putIfAbsent(key, job);
            }
        }
        List<Enqueued> enqueued = inChunks(List.copyOf(firsts.values()), insertion);
        Map<String, Enqueued> byKey = new HashMap<>();
        int place = 0;
        for (String key : firsts.keySet()) {
            byKey.put(key, enqueued.get(place++));
        }
        for (int i = 0; i < many.size(); i++) {
            String key = keyOf.apply(many.get(i));
            if (key != null) {
                all.put(i, byKey.get(key));
            }
        }
    }

    private List<Enqueued> insertLiveOnce(List<StoredJob> unique) {
        return completed(jobs.insertManyLiveOnce(unique), unique, jobs::insertOrFindLive);
    }

    private List<Enqueued> insertScopedOnce(List<StoredJob> scoped) {
        return completed(jobs.insertScopedOnce(scoped), scoped, jobs::insertOrFindScoped);
    }

    /** One by one where another transaction came in between. */
    private static List<Enqueued> completed(
            List<@Nullable Enqueued> enqueued, List<StoredJob> asked, Function<StoredJob, Enqueued> single) {
        List<Enqueued> all = new ArrayList<>(asked.size());
        for (Enqueued each : enqueued) {
            all.add(each == null ? single.apply(asked.get(all.size())) : each);
        }
        return all;
    }

    private static <T> List<T> inChunks(List<StoredJob> all, Function<List<StoredJob>, List<T>> insertion) {
        List<T> results = new ArrayList<>(all.size());
        List<StoredJob> chunk = new ArrayList<>();
        int characters = 0;
        for (StoredJob job : all) {
            chunk.add(job);
            characters += job.payload().length();
            if (chunk.size() == MOST_JOBS || characters > MOST_CHARACTERS) {
                results.addAll(insertion.apply(List.copyOf(chunk)));
                chunk.clear();
                characters = 0;
            }
        }
        if (!chunk.isEmpty()) {
            results.addAll(insertion.apply(chunk));
        }
        return results;
    }
}
