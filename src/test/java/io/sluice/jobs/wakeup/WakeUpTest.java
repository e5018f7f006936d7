package io.sluice.jobs.wakeup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WakeUpTest {
    private static final Duration POLL = Duration.ofSeconds(30);

    private final WakeUp wakeUp = new WakeUp();

    @Test
    void eachOfSeveralTimesIsKeptWhicheverWasSaidFirst() throws InterruptedException {
        Duration last = Duration.ofMillis(120);
        long begun = System.nanoTime();
        wakeUp.workIn(Duration.ofMillis(40));
        wakeUp.workIn(last);
        wakeUp.workIn(Duration.ofMillis(80));
        while (System.nanoTime() - begun < last.toNanos()) {
            awaitWork(POLL);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aTimeThatHasPassedWakesOnce() throws InterruptedException {
        wakeUp.workIn(Duration.ZERO);
        assertThat(waited()).isLessThan(Duration.ofSeconds(10));
        long begun = System.nanoTime();
        awaitWork(Duration.ofMillis(50));
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(50_000_000);
    }

    @Test
    void whatIsDueFirstIsKeptWhenThereIsTooMuch() throws InterruptedException {
        for (int hours = 2_000; hours > 0; hours--) {
            wakeUp.workIn(Duration.ofHours(hours));
        }
        wakeUp.workIn(Duration.ofMillis(10));
        assertThat(waited()).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void newsIsGatheredUntilItIsTaken() throws InterruptedException {
        wakeUp.takeNews();
        wakeUp.workPossible(News.of(Set.of("a")));
        wakeUp.workCommitted(News.of(Set.of("b")));
        assertThat(waited()).isLessThan(Duration.ofSeconds(10));
        assertThat(wakeUp.takeNews()).isEqualTo(News.of(Set.of("a", "b")));
        assertThat(wakeUp.takeNews()).isEqualTo(News.NONE);
    }

    @Test
    void otherNodesAreToldOnceOfWhatWasCommittedHereOnly() throws InterruptedException {
        wakeUp.workPossible(News.of(Set.of("a")));
        wakeUp.workCommitted(News.of(Set.of("b")));
        assertThat(wakeUp.awaitNews(POLL)).isTrue();
        assertThat(wakeUp.takeNewsForOthers()).isEqualTo(News.of(Set.of("b")));
        assertThat(wakeUp.awaitNews(Duration.ZERO)).isFalse();
    }

    @Test
    void whoeverWasNotWokenLooksForAnyType() throws InterruptedException {
        wakeUp.takeNews();
        awaitWork(Duration.ofMillis(1));
        assertThat(wakeUp.takeNews()).isEqualTo(News.ALL);
    }

    @Test
    void whatIsDueMayBeOfAnyType() throws InterruptedException {
        wakeUp.takeNews();
        wakeUp.workIn(Duration.ofMillis(1));
        awaitWork(POLL);
        assertThat(wakeUp.takeNews()).isEqualTo(News.ALL);
    }

    @Test
    void whatBecomesDueIsHeardOfWithoutWaitingForWork() {
        wakeUp.takeNews();
        wakeUp.workIn(Duration.ofMillis(1));
        await().atMost(Duration.ofSeconds(5)).until(() -> wakeUp.takeNews().all());
    }

    @Test
    void whoeverWaitsForWorkSaysEachSecondThatAllIsWell() throws InterruptedException {
        AtomicInteger said = new AtomicInteger();
        wakeUp.workIn(Duration.ofMillis(1_100));
        wakeUp.awaitWork(POLL, said::incrementAndGet);
        assertThat(said).hasValueGreaterThanOrEqualTo(2);
    }

    /** However often it said meanwhile that all is well. */
    @Test
    void whatWasHeardDuringTheWholeWaitSparesALook() throws InterruptedException {
        wakeUp.takeNews();
        wakeUp.awaitWork(Duration.ofMillis(1_100), new Runnable() {
            private boolean heard;

            @Override
            public void run() {
                if (!heard) {
                    heard = true;
                    wakeUp.nothingWaited(System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(500));
                }
            }
        });
        assertThat(wakeUp.takeNews()).isEqualTo(News.NONE);
    }

    private void awaitWork(Duration longest) throws InterruptedException {
        wakeUp.awaitWork(longest, () -> {});
    }

    private Duration waited() throws InterruptedException {
        long begun = System.nanoTime();
        awaitWork(POLL);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    void jobsThatShareLimitsAreLookedForAsSoonAsTheTableNamesAny() throws InterruptedException {
        wakeUp.limitedWorkPending(true);
        assertThat(waited()).isLessThan(Duration.ofSeconds(10));
        assertThat(wakeUp.mayBeLimitedWork()).isTrue();
        long begun = System.nanoTime();
        wakeUp.limitedWorkPending(true);
        awaitWork(Duration.ofMillis(50));
        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(50_000_000);
    }

    /** Those that were released again meanwhile come last, so that none waits for ever. */
    @Test
    void manyLimitsAreLookedAtInPortionsOneAfterTheOther() throws InterruptedException {
        wakeUp.released(List.of("a", "b", "c", "d", "e"));
        assertThat(wakeUp.takeReleased(2)).containsExactly("a", "b");
        assertThat(waited()).isLessThan(Duration.ofSeconds(10));
        wakeUp.released(List.of("a"));
        assertThat(wakeUp.releasedCount()).isEqualTo(4);
        assertThat(wakeUp.takeReleased(3)).containsExactly("c", "d", "e");
        assertThat(wakeUp.takeReleased(3)).containsExactly("a");
        assertThat(wakeUp.takeReleased(3)).isEmpty();
    }
}
