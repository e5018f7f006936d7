package io.sluice.jobs.attempts;

/** Why an attempt was asked to stop. */
public enum StopReason {
    /** It ran longer than its type allows. */
    TIMEOUT,
    /** A person cancelled the job. */
    CANCEL,
    /** This node is going down. */
    DRAIN,
    /** This node was taken for dead and the job given to others: nothing it did may be recorded. */
    LOST
}
