package io.sluice.jobs;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.enterprise.util.Nonbinding;
import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Makes a CDI bean that implements {@link JobHandler} the handler of one job type, and states the type's policy.
 * Durations are ISO 8601. A jar of such beans in {@code WEB-INF/lib} adds job types to Sluice.
 */
@Documented
@Qualifier
@Retention(RUNTIME)
@Target(TYPE)
public @interface HandlesJob {
    /** The type: 1 to 100 letters, digits, {@code _} and {@code -}. */
    String value();

    /** One sentence for the list of job types. */
    @Nonbinding
    String description() default "";

    /** Most executions of one job, the first included. */
    @Nonbinding
    int maxAttempts() default 3;

    /** Wait before the second attempt; each further one waits twice as long. */
    @Nonbinding
    String backoff() default "PT1S";

    /** Longest wait between two attempts. */
    @Nonbinding
    String backoffCap() default "PT60S";

    /** 0 to 1: by which part of itself a wait between attempts may be shorter or longer. */
    @Nonbinding
    double jitter() default 0.5;

    /** Longest run of one attempt; empty: {@code sluice.jobs.timeout}. */
    @Nonbinding
    String timeout() default "";

    /**
     * Whether {@code job.failed} is published when a job failed for good. False for the jobs that carry such events to
     * their receivers, which would otherwise tell of themselves for ever.
     */
    @Nonbinding
    boolean announceFailure() default true;

    /**
     * Slots of its own on each node, beside {@code sluice.jobs.concurrency}: for work that mostly waits, such as calls to
     * slow receivers, and for short work that is urgent, so that it neither takes the slots of other types nor waits for
     * them. 0: shares the node's slots. At most 500 for all types together, 266 of which are Sluice's own.
     */
    @Nonbinding
    int ownSlots() default 0;

    /** Exceptions that no retry can mend: the job fails at once. */
    @Nonbinding
    Class<? extends Throwable>[] finalErrors() default {};
}
