package io.sluice.bench.queue;

import io.sluice.testkit.PostgresServer;

/** One question that the benchmark asks of one contestant; it answers it again in each repetition. */
interface Cell {
    /** Answers it in a database of its own, and fails unless each job was executed as often as it should. */
    Measurement run(PostgresServer postgres) throws Exception;
}
