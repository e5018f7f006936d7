package io.sluice.notifications.letters;

import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.NewJob;
import io.sluice.notifications.Letter;
import io.sluice.notifications.Notices;
import io.sluice.notifications.NotificationSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes letters of waiting notices, and keeps account of what became of them. */
@ApplicationScoped
@Transactional(TxType.REQUIRES_NEW)
public class Letters {
    private static final int CHATS_AT_ONCE = 2;

    @Inject
    LetterRepository letters;

    @Inject
    Notices notices;

    @Inject
    NotificationSettings settings;

    @Inject
    JobQueue queue;

    /**
     * What gathering brought.
     *
     * @param letters how many were made; each has a job
     * @param waiting whether notices are left whose cause is still going on
     */
    record Gathered(int letters, boolean waiting) {}

    /**
     * Puts the waiting notices into letters: one each, or one digest for a recipient with more than a handful. The jobs
     * that send them are enqueued in the same transaction. One node at a time, so that a recipient's are not divided.
     */
    Gathered gather() {
        letters.lockGathering();
        List<LetterRepository.Made> made = letters.gather(settings.handful());
        List<UUID> jobs = queue.enqueueAll(made.stream().map(Letters::job).toList());
        letters.assign(made, jobs);
        return new Gathered(made.size(), letters.isWaiting());
    }

    /**
     * Reads a letter as it is to be sent now. Notices whose owner can no longer be written to are kept, those whose owner
     * has another address by now go into another letter.
     *
     * @return empty if nothing is left to send, or all was sent before
     */
    Optional<Letter> open(UUID id) {
        if (letters.releaseStrays(id) > 0) {
            queue.enqueue(NewJob.of(GatherNoticesJob.TYPE, Map.of()));
        }
        return letters.find(id, notices.ofLetter(id), notices.contentsOf(id));
    }

    /** Notes a try that failed, with why. */
    void failed(UUID id, String error) {
        letters.tried(id, error);
    }

    /** Keeps the notices of a letter that cannot be sent because its channel is not set up. */
    void keep(UUID id, String reason) {
        letters.keep(id, reason);
    }

    /** Marks the letter and its notices as sent, in the transaction that completes the job. */
    @Transactional(TxType.MANDATORY)
    public void sent(UUID id, JobContext context) {
        context.requireOwnership();
        letters.sent(id);
    }

    /** Chats are many and strangers': they leave slots to mails however long each of them takes. */
    private static NewJob job(LetterRepository.Made letter) {
        NewJob job = NewJob.of(SendNotificationJob.TYPE, Map.of("letter_id", letter.id()));
        return letter.channel().equals("chat") ? job.withConcurrencyKey("letters:chat", CHATS_AT_ONCE) : job;
    }
}
