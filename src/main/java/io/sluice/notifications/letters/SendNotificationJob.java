package io.sluice.notifications.letters;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.logging.EventLog;
import io.sluice.notifications.Channel;
import io.sluice.notifications.Channel.UndeliverableException;
import io.sluice.notifications.Letter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import java.util.UUID;

/**
 * Sends one letter. It is marked as sent in the transaction that completes the job: a crash before that sends it again,
 * with the same id. No database connection is held while the other side is spoken to. Its time is its own: it is more
 * than a mail may take, whatever other jobs get, because a letter that is given up is not tried again.
 */
@ApplicationScoped
@HandlesJob(
        value = SendNotificationJob.TYPE,
        description = "Sends one letter to an owner or an operator, by mail or chat.",
        maxAttempts = 12,
        backoff = "PT5S",
        backoffCap = "PT1H",
        timeout = "PT5M",
        announceFailure = false,
        ownSlots = 4)
public class SendNotificationJob implements JobHandler<SendNotificationJob.Payload> {
    static final String TYPE = "send_notification";

    private static final EventLog LOG = EventLog.of(SendNotificationJob.class);

    @Inject
    Letters letters;

    @Inject
    @Any
    Instance<Channel> channels;

    @Inject
    LetterCounters counters;

    /** Which letter. */
    public record Payload(
            @NotNull(message = "is required: the id of a letter.")
            UUID letterId) {}

    @Override
    public JobOutcome handle(Payload payload, JobContext context) {
        Letter letter = letters.open(payload.letterId()).orElse(null);
        if (letter == null) {
            return JobOutcome.completed(Map.of("sent", false));
        }
        Channel channel = channel(letter.notices().get(0).channel());
        if (channel.unavailable().isPresent()) {
            letters.keep(letter.id(), channel.unavailable().get());
            return JobOutcome.completed(Map.of("sent", false));
        }
        try {
            channel.deliver(letter);
        } catch (UndeliverableException refused) {
            return refused(letter, channel, refused);
        }
        context.inCompletion();
        letters.sent(letter.id(), context);
        counters.sent();
        LOG.info(
                "notification sent",
                "letter_id",
                letter.id(),
                "channel",
                channel.name(),
                "notices",
                letter.contents().notices());
        return JobOutcome.completed(
                Map.of("sent", true, "notices", letter.contents().notices()));
    }

    private JobOutcome refused(Letter letter, Channel channel, UndeliverableException refused) {
        String error = String.valueOf(refused.getMessage());
        letters.failed(letter.id(), error);
        counters.failed();
        LOG.warning(
                "notification not sent",
                "letter_id",
                letter.id(),
                "channel",
                channel.name(),
                "permanent",
                refused.permanent(),
                "error",
                error);
        return refused.permanent() ? new JobOutcome.Failed(error) : new JobOutcome.Retry(error);
    }

    private Channel channel(String name) {
        for (Channel channel : channels) {
            if (channel.name().equals(name)) {
                return channel;
            }
        }
        throw new IllegalStateException("There is no channel " + name + ".");
    }
}
