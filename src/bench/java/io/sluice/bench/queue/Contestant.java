package io.sluice.bench.queue;

import java.util.List;

/** A job queue that takes part: prepared with jobs that may not start yet, then told to work them off. */
interface Contestant extends AutoCloseable {
    /** As the tables of results name it, with what was set. */
    String name();

    /** Puts jobs {@code from} to {@code to - 1} in, not yet to be executed. */
    void enqueue(int from, int to);

    /** Lets the jobs go. */
    void start();

    /** How many jobs the queue itself does not take for finished yet. */
    long unfinished();

    /** The processes that do the work beside PostgreSQL. */
    List<Long> pids();

    @Override
    void close();
}
