package io.sluice.jobs.enqueue;

import io.sluice.jobs.JobQueue;
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

    /** Ids in the order of {@code many}; that of a job whose key is held already is the holder's. */
    List<UUID> insert(List<StoredJob> many) {
        Map<Integer, UUID> ids = new HashMap<>();
        insertPlain(many, ids);
        insertKeyed(many, StoredJob::uniqueKey, this::insertLiveOnce, ids);
        insertKeyed(many, StoredJob::scope, this::insertScopedOnce, ids);
        insertKeyed(many, StoredJob::pendingKey, jobs::insertManyPendingOnce, ids);
        List<UUID> inOrder = new ArrayList<>(many.size());
        for (int i = 0; i < many.size(); i++) {
            inOrder.add(ids.get(i));
        }
        return inOrder;
    }

    private void insertPlain(List<StoredJob> many, Map<Integer, UUID> ids) {
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
            ids.put(places.get(i), made.get(i));
        }
    }

    /** Sorted by key, so that two transactions lock the same keys in the same order; the first job of a key counts. */
    private void insertKeyed(
            List<StoredJob> many,
            Function<StoredJob, @Nullable String> keyOf,
            Function<List<StoredJob>, List<UUID>> insertion,
            Map<Integer, UUID> ids) {
        TreeMap<String, StoredJob> firsts = new TreeMap<>();
        for (StoredJob job : many) {
            String key = keyOf.apply(job);
            if (key != null) {
                firsts.putIfAbsent(key, job);
            }
        }
        List<UUID> made = inChunks(List.copyOf(firsts.values()), insertion);
        Map<String, UUID> byKey = new HashMap<>();
        int place = 0;
        for (String key : firsts.keySet()) {
            byKey.put(key, made.get(place++));
        }
        for (int i = 0; i < many.size(); i++) {
            String key = keyOf.apply(many.get(i));
            if (key != null) {
                ids.put(i, byKey.get(key));
            }
        }
    }

    private List<UUID> insertLiveOnce(List<StoredJob> unique) {
        List<@Nullable UUID> made = new ArrayList<>(jobs.insertManyLiveOnce(unique));
        for (int i = 0; i < made.size(); i++) {
            if (made.get(i) == null) {
                made.set(i, jobs.insertOrFindLive(unique.get(i)).id());
            }
        }
        return made;
    }

    private List<UUID> insertScopedOnce(List<StoredJob> scoped) {
        List<UUID> made = new ArrayList<>(scoped.size());
        for (JobQueue.Enqueued each : jobs.insertScopedOnce(scoped)) {
            made.add((each == null ? jobs.insertOrFindScoped(scoped.get(made.size())) : each).id());
        }
        return made;
    }

    private static List<UUID> inChunks(List<StoredJob> all, Function<List<StoredJob>, List<UUID>> insertion) {
        List<UUID> ids = new ArrayList<>(all.size());
        List<StoredJob> chunk = new ArrayList<>();
        int characters = 0;
        for (StoredJob job : all) {
            chunk.add(job);
            characters += job.payload().length();
            if (chunk.size() == MOST_JOBS || characters > MOST_CHARACTERS) {
                ids.addAll(insertion.apply(List.copyOf(chunk)));
                chunk.clear();
                characters = 0;
            }
        }
        if (!chunk.isEmpty()) {
            ids.addAll(insertion.apply(chunk));
        }
        return ids;
    }
}
