package io.sluice.jobs.attempts;

import io.opentelemetry.context.Scope;
import io.sluice.InvalidInputException;
import io.sluice.audit.Actor;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.StaleAttemptException;
import io.sluice.jobs.handlers.Payloads;
import io.sluice.jobs.queue.Attempts;
import io.sluice.jobs.queue.Attempts.Cause;
import io.sluice.jobs.queue.ClaimedJob;
import io.sluice.jobs.sealing.ClearPayloads;
import io.sluice.jobs.sealing.SealedPayloads;
import io.sluice.logging.EventLog;
import io.sluice.logging.LogMembers;
import io.sluice.secrets.BrokenSealException;
import io.sluice.secrets.UnknownMasterKeyException;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import org.jspecify.annotations.Nullable;

/** Runs a handler on the thread of its attempt, and hands what came of it to {@link AttemptEnding}. */
@ApplicationScoped
public class AttemptRunner {
    private static final EventLog LOG = EventLog.of(AttemptRunner.class);

    @Inject
    Attempts attempts;

    @Inject
    AttemptEnding ending;

    @Inject
    Payloads payloads;

    @Inject
    SealedPayloads sealed;

    @Inject
    ClearPayloads clearPayloads;

    @Inject
    RunningAttempts running;

    @Inject
    AttemptSpans spans;

    @Resource
    UserTransaction transaction;

    /** Runs to the end; whatever happens, the slot is free afterwards or will be once the end is stored. */
    public void run(Attempt attempt) {
        Actor.bind(new Actor(
                Actor.Kind.JOB, attempt.job().id().toString(), attempt.job().requestId()));
        LogMembers.set("job_id", attempt.job().id().toString());
        LogMembers.set("job_type", attempt.job().type());
        LogMembers.set("request_id", attempt.job().requestId());
        LogMembers.set("project_id", attempt.job().projectId());
        spans.start(attempt);
        Scope active = attempt.span().enter();
        boolean recorded = true;
        try {
            recorded = execute(attempt);
        } catch (Throwable ours) {
            wentWrong(attempt, ours);
        } finally {
            active.close();
            if (recorded) {
                attempt.span().end("unrecorded");
                running.remove(attempt);
            }
            for (String member : new String[] {"job_id", "job_type", "request_id", "project_id"}) {
                LogMembers.set(member, null);
            }
            Actor.unbind();
        }
    }

    /** Neither the handler nor the payload is to blame, as far as is known; a job without an end would wait for its rescue. */
    private void wentWrong(Attempt attempt, Throwable ours) {
        LOG.error("job attempt went wrong beside its handler", ours);
        attempt.claimEnd();
        try {
            ending.failed(attempt, ours, true);
        } catch (Throwable again) {
            LOG.error("job attempt could not be recorded", again);
        }
    }

    /** The payload in clear. What was inserted by hand in clear is sealed before its handler runs. */
    private String opened(Attempt attempt) {
        ClaimedJob job = attempt.job();
        Class<?> form = attempt.handler().payloadType();
        SealedPayloads.Opened opened = sealed.open(job.type(), form, job.payload());
        attempt.hide(opened.redaction());
        if (opened.storedClear()) {
            clearPayloads.seal(job.id(), attempt.holder().fencingToken(), sealed.seal(job.type(), form, job.payload()));
        }
        return opened.json();
    }

    /** What the handler gets; null: it cannot be read, and the attempt has ended for this reason. */
    private @Nullable Object payload(Attempt attempt) {
        try {
            return payloads.readStored(opened(attempt), attempt.handler().payloadType());
        } catch (InvalidInputException | BrokenSealException unfit) {
            unreadable(attempt, unfit, false);
        } catch (UnknownMasterKeyException elsewhere) {
            unreadable(attempt, elsewhere, true);
        }
        return null;
    }

    private void unreadable(Attempt attempt, RuntimeException why, boolean retryable) {
        if (attempt.claimEnd()) {
            ending.failed(attempt, why, retryable);
        }
    }

    /** Whether the end is recorded; false: it is about to be. */
    private boolean execute(Attempt attempt) {
        AttemptContext context = new AttemptContext(attempt, attempts, transaction);
        Object payload = payload(attempt);
        if (payload == null) {
            return true;
        }
        if (!attempt.enter()) {
            if (attempt.claimEnd()) {
                ending.stopped(attempt);
            }
            return true;
        }
        @Nullable JobOutcome outcome = null;
        @Nullable Throwable error = null;
        try {
            outcome = attempt.handler().handle(payload, context);
        } catch (Throwable thrown) {
            error = thrown;
            attempt.span().threw(thrown);
        } finally {
            attempt.leave();
        }
        if (!attempt.claimEnd()) {
            ending.rollBackOpenTransaction();
            LOG.warning("job handler ended after it was given up");
        } else if (error instanceof StaleAttemptException) {
            ending.stale(attempt);
        } else if (error != null) {
            ending.threw(attempt, error);
        } else if (outcome != null) {
            return ending.returned(attempt, context, outcome);
        } else {
            ending.failed(attempt, new Cause("The handler returned no outcome.", true), true);
        }
        return true;
    }
}
