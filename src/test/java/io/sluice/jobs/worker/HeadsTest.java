package io.sluice.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.jobs.queue.ClaimedJob;
import io.sluice.jobs.wakeup.News;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeadsTest {
    private static final Duration DEAR = Duration.ofSeconds(10);

    private final Heads heads = new Heads();

    @Test
    void looksFromTheStartWhileThatIsCheap() {
        heads.looked(true, true, true, List.of(job("a", 1)), Duration.ofMillis(5));
        assertThat(heads.of("a")).isNull();
    }

    @Test
    void goesOnBehindTheLastJobOfEachTypeOnceLooksAreDear() {
        ClaimedJob last = job("a", 2);
        heads.looked(true, true, true, List.of(job("a", 1), last, job("b", 3)), DEAR);
        assertThat(heads.lookFromStartDue()).isFalse();
        assertThat(heads.of("a"))
                .isEqualTo(new Heads.Head(last.rank().toString(), last.id().toString()));
        assertThat(heads.of("c")).isNull();
    }

    @Test
    void startsAgainWhenALookBroughtLessThanWasAskedFor() {
        heads.looked(true, true, true, List.of(job("a", 1)), DEAR);
        heads.looked(false, true, false, List.of(), Duration.ofMillis(1));
        assertThat(heads.of("a")).isNull();
    }

    @Test
    void asksInABurstForTheTypesThatHadWorkAndForAllOfThemAgainSoon() {
        assertThat(heads.lookEverywhereDue()).isTrue();
        heads.looked(true, true, true, List.of(job("a", 1)), Duration.ofMillis(5));
        assertThat(heads.types()).containsExactly("a");
        await().atMost(Duration.ofSeconds(5)).until(heads::lookEverywhereDue);
    }

    @Test
    void asksForAllTypesOnceThoseWithWorkHaveLessThanWasAskedFor() {
        heads.looked(true, true, true, List.of(job("a", 1)), Duration.ofMillis(5));
        heads.looked(true, false, false, List.of(), Duration.ofMillis(1));
        assertThat(heads.lookEverywhereDue()).isTrue();
    }

    @Test
    void asksOnlyForTypesWithNewsOnceALookForAllLeftNothingBehind() {
        heads.looked(true, true, false, List.of(job("a", 1)), Duration.ofMillis(1));
        assertThat(heads.settled()).isTrue();
        assertThat(heads.lookEverywhereDue()).isFalse();
        assertThat(heads.types()).isEmpty();
        heads.heard(News.of(Set.of("b")));
        heads.heard(News.of(Set.of("c")));
        assertThat(heads.types()).containsExactlyInAnyOrder("b", "c");
        heads.looked(true, false, false, List.of(job("b", 1)), Duration.ofMillis(1));
        assertThat(heads.types()).isEmpty();
        assertThat(heads.settled()).isTrue();
    }

    @Test
    void asksForAllTypesAgainOnceALookBroughtAsMuchAsWasAskedFor() {
        heads.looked(true, true, false, List.of(), Duration.ofMillis(1));
        heads.heard(News.of(Set.of("b")));
        heads.looked(true, false, true, List.of(job("b", 1)), Duration.ofMillis(1));
        assertThat(heads.lookEverywhereDue()).isTrue();
    }

    @Test
    void asksForAllTypesWhenJobsOfAnyTypeMayHaveComeInOrMayBeLeftBehind() {
        heads.looked(true, true, false, List.of(), Duration.ofMillis(1));
        heads.heard(News.ALL);
        assertThat(heads.lookEverywhereDue()).isTrue();
        heads.looked(true, true, false, List.of(), Duration.ofMillis(1));
        heads.leftBehind();
        assertThat(heads.lookEverywhereDue()).isTrue();
    }

    @Test
    void asksForAllTypesWhenThereIsNewsOfMoreThanAreWorthNaming() {
        heads.looked(true, true, false, List.of(), Duration.ofMillis(1));
        IntStream.range(0, 100).forEach(i -> heads.heard(News.of(Set.of("type" + i))));
        assertThat(heads.lookEverywhereDue()).isTrue();
    }

    @Test
    void aLookInABurstForSomeTypesForgetsNoNewsOfOthers() {
        heads.looked(true, true, true, List.of(job("a", 1)), Duration.ofMillis(5));
        heads.heard(News.of(Set.of("b")));
        heads.looked(true, false, false, List.of(), Duration.ofMillis(1));
        assertThat(heads.lookEverywhereDue()).isTrue();
    }

    @Test
    void knowsHowLongAgoNothingWasLeftBehind() {
        await().atMost(Duration.ofSeconds(5)).until(() -> heads.sinceSettled().toMillis() > 20);
        heads.looked(true, true, false, List.of(), Duration.ofMillis(1));
        Duration since = heads.sinceSettled();
        heads.heard(News.of(Set.of("b")));
        heads.looked(true, false, false, List.of(), Duration.ofMillis(1));
        assertThat(heads.sinceSettled()).as("a look at some types is none").isGreaterThan(since);
    }

    private static ClaimedJob job(String type, int second) {
        return new ClaimedJob(
                new UUID(0, second),
                type,
                "{}",
                1,
                null,
                null,
                null,
                second,
                LocalDateTime.of(2026, 1, 1, 0, 0, second),
                null);
    }
}
