package io.sluice.jobs.dependencies;

import io.sluice.InvalidInputException;
import io.sluice.jobs.NewJob;
import io.sluice.jobs.NewJob.Needs;
import io.sluice.jobs.dependencies.DependencyRepository.Waiting;
import io.sluice.jobs.wakeup.AfterCommit;
import io.sluice.jobs.wakeup.News;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes new jobs wait for others, in the transaction that enqueues them: nobody ever sees them without their needs. */
@ApplicationScoped
public class Dependencies {
    private static final int MOST_NEEDS = 1_000;

    @Inject
    DependencyRepository dependencies;

    @Inject
    AfterCommit afterCommit;

    /**
     * Says which member of a call is wrong.
     *
     * @param place of the job in its call; its members may only be earlier ones
     * @throws InvalidInputException naming {@code prefix} and the member
     */
    public static void check(NewJob job, String prefix, int place) {
        Needs needs = job.needs();
        if (needs == null) {
            return;
        }
        int count = needs.jobs().size() + needs.members().size();
        if (count < 1 || count > MOST_NEEDS) {
            throw new InvalidInputException(prefix + "depends_on", "must be 1 to 1000 jobs.");
        }
        if (needs.members().stream().anyMatch(member -> member < 0 || member >= place)) {
            throw new InvalidInputException(prefix + "depends_on", "can only name earlier jobs of the same call.");
        }
        if (job.pendingKey() != null) {
            throw new InvalidInputException(prefix + "depends_on", "cannot stand beside a pending key.");
        }
    }

    /**
     * Makes the jobs of one call wait. Keeps the needed jobs from ending until the transaction of this thread ends: a job
     * that has ended by then is counted as it ended, and one that ends afterwards finds who waits for it.
     *
     * @param ids what was made of {@code jobs}, in their order
     * @param made those of them that this very call made; a job whose unique key was held, by an earlier one of the call or
     *     by an earlier call of the same transaction too, is left as it is: so nothing ever waits for itself
     * @throws InvalidInputException if a needed job does not exist
     */
    @Transactional(TxType.MANDATORY)
    public void attach(List<NewJob> jobs, List<UUID> ids, Set<UUID> made) {
        Set<UUID> earlier = new HashSet<>();
        List<Integer> places = IntStream.range(0, jobs.size())
                .filter(place -> earlier.add(ids.get(place)) && jobs.get(place).needs() != null)
                .boxed()
                .toList();
        List<Waiting> waiting = new ArrayList<>();
        Set<UUID> needed = new TreeSet<>();
        for (int place : places) {
            Needs needs = jobs.get(place).needs();
            if (needs == null || !made.contains(ids.get(place))) {
                continue;
            }
            Set<UUID> all = new LinkedHashSet<>(needs.jobs());
            needs.members().forEach(member -> all.add(ids.get(member)));
            needed.addAll(all);
            waiting.add(new Waiting(ids.get(place), needs.runIf().name().toLowerCase(Locale.ROOT), List.copyOf(all)));
        }
        if (waiting.isEmpty()) {
            return;
        }
        afterCommit.wakeWorkers(News.of(dependencies.lock(needed)));
        UUID unknown = dependencies.unknown(needed);
        if (unknown != null) {
            throw new InvalidInputException(
                    nameOf(jobs, places, unknown), "names the job " + unknown + ", which does not exist.");
        }
        dependencies.attach(waiting);
    }

    private static String nameOf(List<NewJob> jobs, List<Integer> places, UUID unknown) {
        for (int place : places) {
            Needs needs = jobs.get(place).needs();
            if (jobs.size() > 1 && needs != null && needs.jobs().contains(unknown)) {
                return "jobs[" + place + "].depends_on";
            }
        }
        return "depends_on";
    }

    /**
     * Counts jobs together.
     *
     * @param made {@code completion} left out
     * @param others that the call named and that were there before: they are not counted, but the batch ends with them
     */
    @Transactional(TxType.MANDATORY)
    public UUID batch(@Nullable String name, Set<UUID> made, Set<UUID> others, @Nullable UUID completion) {
        return dependencies.batch(name, made, others, completion);
    }
}
