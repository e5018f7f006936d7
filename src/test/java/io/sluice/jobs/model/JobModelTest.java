package io.sluice.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Claim, heartbeat, rescue, finish, retry, cancel and prune in every order that two nodes can bring about. */
class JobModelTest {
    /** All of them, for a job that is claimed up to twice. */
    @Test
    void noInterleavingBreaksALaw() {
        Interleavings.Result result = new Interleavings(new Rules(), 2, 2).all(World.of(1, 2));
        assertThat(result.broken()).as("after %s", result.trace()).isEmpty();
        assertThat(result.steps()).isGreaterThan(100_000);
    }

    @Test
    void noLongWalkOfTwoJobsAmongNodesThatComeAndGoBreaksALaw() {
        Interleavings interleavings = new Interleavings(new Rules(), 6, 8);
        Random random = new Random(20_261_124);
        for (int i = 0; i < 5_000; i++) {
            Interleavings.Result result = interleavings.random(World.of(2, 3), random, 80);
            assertThat(result.broken()).as("after %s", result.trace()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void everyFlawIsCaught(Flaw flaw) {
        Interleavings.Result result = new Interleavings(new Rules(flaw), 2, 2).all(World.of(1, 2));
        assertThat(result.broken()).isPresent();
    }
}
