package io.sluice.bench.queue.handler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How often each job was executed: one counter for each number, in a file that every process of a contestant maps into
 * its memory. Safe for use by several threads and processes.
 */
public final class ExecutionLedger {
    private static final VarHandle COUNTERS =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final MappedByteBuffer counters;
    private final int size;
    private volatile int doneBefore;

    private ExecutionLedger(MappedByteBuffer counters, int size) {
        this.counters = counters;
        this.size = size;
    }

    /** Opens, and makes if it is not there, the ledger of jobs 0 to {@code size - 1}. */
    public static ExecutionLedger open(Path file, int size) {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new ExecutionLedger(channel.map(FileChannel.MapMode.READ_WRITE, 0, 4L * size), size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes one execution. */
    public void executed(int job) {
        COUNTERS.getAndAdd(counters, 4 * job, 1);
    }

    /** How many of the jobs from {@code from} to {@code to - 1} were executed at least once. */
    public int done(int from, int to) {
        int done = 0;
        for (int job = from; job < to; job++) {
            done += (int) COUNTERS.getVolatile(counters, 4 * job) > 0 ? 1 : 0;
        }
        return done;
    }

    /** Whether each was executed at least once; goes on where the last call stopped, so that looking costs nothing. */
    public boolean isDone(int from, int to) {
        int job = Math.max(from, doneBefore);
        while (job < to && (int) COUNTERS.getVolatile(counters, 4 * job) > 0) {
            job++;
        }
        doneBefore = job;
        return job >= to;
    }

    /** Fails unless each of the jobs was executed exactly once. */
    public void requireExactlyOnce(int from, int to) {
        for (int job = from; job < to; job++) {
            int times = (int) COUNTERS.getVolatile(counters, 4 * job);
            if (times != 1) {
                throw new IllegalStateException("job " + job + " was executed " + times + " times");
            }
        }
    }

    /** Fails if one of the jobs was executed twice. */
    public void requireAtMostOnce(int from, int to) {
        for (int job = from; job < to; job++) {
            if ((int) COUNTERS.getVolatile(counters, 4 * job) > 1) {
                throw new IllegalStateException("job " + job + " was executed more than once");
            }
        }
    }

    public int size() {
        return size;
    }
}
