package io.sluice.jobs.model;

/**
 * One thing that happens: a statement that commits, or something that befalls a process.
 *
 * @param node who does it; -1: a person or the table's keeper
 * @param job what it is done to; -1: nothing in particular
 * @param token of the attempt that ends; 0: none
 */
record Step(Kind kind, int node, int job, int token) {
    enum Kind {
        /** The claim has found its job, and has not committed. */
        CLAIM_BEGINS,
        CLAIM_COMMITS,
        /** It commits, and its node never hears so. */
        CLAIM_ANSWER_LOST,
        CLAIM_ROLLED_BACK,
        /** A node that is unsure what it claimed gives back what it doesn't hold. */
        GIVE_BACK_UNHELD,
        FINISH,
        FAIL,
        GIVE_BACK,
        END_CANCELLED,
        ASK_CANCEL,
        RETRY,
        PRUNE,
        FALL_SILENT,
        BEAT,
        RESCUE,
        FORGET_NODES,
        DRAIN,
        STOP,
        CRASH,
        START
    }
}
