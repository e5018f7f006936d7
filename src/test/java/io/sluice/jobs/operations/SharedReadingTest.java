package io.sluice.jobs.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedReadingTest {
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger readings = new AtomicInteger();

    @Test
    void whatIsQuicklyReadIsReadAnewForEverybody() {
        SharedReading<Integer> quick = taking(Duration.ofMillis(50));
        assertThat(quick.get()).isEqualTo(1);
        assertThat(quick.get()).isEqualTo(2);
    }

    @Test
    void whatTookLongIsSharedForTwentyTimesAsLong() {
        SharedReading<Integer> slow = taking(Duration.ofSeconds(1));
        assertThat(slow.get()).isEqualTo(1);
        clock.addAndGet(Duration.ofSeconds(20).toNanos() - 1);
        assertThat(slow.get()).isEqualTo(1);
        clock.addAndGet(1);
        assertThat(slow.get()).isEqualTo(2);
    }

    private SharedReading<Integer> taking(Duration time) {
        return new SharedReading<>(
                () -> {
                    clock.addAndGet(time.toNanos());
                    return readings.incrementAndGet();
                },
                clock::get);
    }
}
