package io.sluice.jobs.model;

/** A mistake that the engine must not make; the model with any of them must be caught. */
enum Flaw {
    /** An end is accepted from whoever says that the job runs. */
    FINISH_WITHOUT_TOKEN,
    /** A failure is. */
    FAIL_WITHOUT_TOKEN,
    /** What a node gives back at its stop is no longer its own. */
    GIVE_BACK_WITHOUT_TOKEN,
    /** A cancellation ends what has just finished. */
    CANCEL_WITHOUT_GUARD,
    /** An attempt that fails before it hears of its cancellation is tried again. */
    CANCEL_FORGOTTEN,
    /** Jobs are taken from their node because they run for long. */
    RESCUE_BY_AGE_ONLY,
    /** Only jobs of nodes that this very rescue buries are looked at: a claim that commits a moment later stays lost. */
    RESCUE_OF_THE_JUST_BURIED_ONLY,
    /** The node's row is needed to find its jobs, and may have been removed before. */
    NODE_PRUNED_BEFORE_ITS_JOBS_MOVED,
    /** A running job can be claimed. */
    CLAIM_WITHOUT_GUARD,
    /** Two claims can take the same row. */
    CLAIM_WITHOUT_LOCK,
    /** A claim whose answer was lost is nobody's until its deadline. */
    LOST_ANSWER_FORGOTTEN,
    /** A rescued attempt is not counted. */
    RESCUE_WITHOUT_ATTEMPT,
    /** A rescue gives another attempt to a job that has had its last. */
    RESCUE_BEYOND_THE_LAST,
    /** An interrupted attempt is counted. */
    GIVE_BACK_COUNTS,
    /** Retention looks at the age alone. */
    PRUNE_WHAT_WAITS,
    /** A person's retry takes a job that runs. */
    RETRY_OF_RUNNING
}
