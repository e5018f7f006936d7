package io.sluice.jobs.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final RetryPolicy USUAL = new RetryPolicy(
            3, Duration.ofSeconds(1), Duration.ofSeconds(60), 0.5, List.of("java.lang.ArithmeticException"));

    @Test
    void delaysDoubleFromTheBaseUpToTheCap() {
        long[] seconds = {1, 2, 4, 8, 16, 32, 60, 60, 60};
        for (int attempt = 1; attempt <= seconds.length; attempt++) {
            long full = seconds[attempt - 1] * 1000;
            assertThat(USUAL.delayAfter(attempt, 0).toMillis()).isEqualTo(full / 2);
            assertThat(USUAL.delayAfter(attempt, 0.999_999_999))
                    .isCloseTo(Duration.ofMillis(Math.min(full + full / 2, 60_000)), Duration.ofMillis(1));
        }
    }

    @Test
    void delaysStayWithinTheirBoundsForAnyPolicyAndAttempt() {
        Random random = new Random(20_261_123);
        for (int i = 0; i < 100_000; i++) {
            Duration base = Duration.ofMillis(random.nextInt(1_000_000));
            Duration cap = base.plusMillis(random.nextInt(100_000_000));
            int attempt = 1 + random.nextInt(1_000);
            Duration delay = new RetryPolicy(1000, base, cap, 0.5, List.of()).delayAfter(attempt, random.nextDouble());
            double full = Math.min(base.toMillis() * Math.pow(2, attempt - 1), cap.toMillis());
            assertThat((double) delay.toMillis()).isBetween(full / 2 - 1, Math.min(full * 1.5, cap.toMillis()) + 1);
        }
    }

    @Test
    void jobsThatFailedTogetherAreSpreadOverASecond() {
        Random random = new Random(1);
        DoubleStream delays =
                random.doubles(1_000).map(each -> USUAL.delayAfter(1, each).toMillis());
        assertThat(delays.summaryStatistics()).satisfies(spread -> {
            assertThat(spread.getMin()).isLessThan(550);
            assertThat(spread.getMax()).isGreaterThan(1_450);
        });
    }

    @Test
    void finalErrorsAndTheirSubclassesAreNotRetried() {
        assertThat(USUAL.isRetryable(new ArithmeticException())).isFalse();
        assertThat(USUAL.isRetryable(new ArithmeticException() {
                    private static final long serialVersionUID = 1L;
                }))
                .isFalse();
        assertThat(new RetryPolicy(2, Duration.ZERO, Duration.ZERO, 0, List.of("RuntimeException"))
                        .isRetryable(new ArithmeticException()))
                .isFalse();
        assertThat(USUAL.isRetryable(new IllegalStateException())).isTrue();
        assertThat(USUAL.isRetryable(new StackOverflowError())).isTrue();
    }
}
