package io.sluice.jobs.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

class FruitlessLooksTest {
    private static final Duration LOOK = Duration.ofMillis(2);

    private FruitlessLooks looks;
    private long now;

    /** All tries of a property share one object of this class. */
    @BeforeTry
    void begin() {
        now = 0;
        looks = new FruitlessLooks(now);
    }

    @Example
    void afterAQuietTimeNoLookIsFollowedByARest() {
        for (int i = 0; i < 25; i++) {
            assertThat(look(LOOK)).isZero();
        }
        assertThat(look(LOOK)).isPositive();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(look(LOOK)).isZero();
    }

    @Example
    void jobsThatComeOneByOneWaitForNoRest() {
        for (int i = 0; i < 10_000; i++) {
            now += Duration.ofMillis(20).toNanos();
            assertThat(look(LOOK)).isZero();
        }
    }

    /** Looks that take up to 2 ms; what a slower database owes is forgiven. */
    @Property
    void howeverOftenThereMayBeWorkLooksTakeAnEleventhOfTheTimeAndWhatWasSavedUp(
            @ForAll @Size(min = 1, max = 500) List<@IntRange(min = 1, max = 2_000) Integer> micros) {
        long looking = 0;
        for (int each : micros) {
            Duration look = Duration.ofNanos(each * 1_000L);
            looking += look.toNanos();
            Duration rest = look(look);
            now += rest.toNanos();
        }
        assertThat(looking)
                .isLessThanOrEqualTo(
                        now / (FruitlessLooks.REST_OF_LOOK + 1) + FruitlessLooks.MOST_SAVED.toNanos() + micros.size());
    }

    @Property
    void noRestIsLongerThanTheLongest(@ForAll List<@IntRange(min = 1, max = 10_000) Integer> millis) {
        for (int each : millis) {
            Duration rest = look(Duration.ofMillis(each));
            assertThat(rest).isLessThanOrEqualTo(FruitlessLooks.LONGEST_REST);
            now += rest.toNanos();
        }
    }

    private Duration look(Duration look) {
        now += look.toNanos();
        return looks.restAfter(look, now);
    }
}
