package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SharedServer;
import org.junit.jupiter.api.Test;

/** The small form of the benchmark of the detector: fails when the detector catches less or suspends the innocent. */
class DetectorQualityIT {
    private static final int PROJECTS = 1_500;
    private static final int WARM_UP_HOURS = 8 * 24;
    private static final int EVALUATION_HOURS = 48;

    @Test
    void catchesWhatIsAbusiveAndLeavesTheOthersAlone() {
        LabelledTraffic traffic = new LabelledTraffic(PROJECTS, 120, WARM_UP_HOURS, EVALUATION_HOURS, 20261123);
        LabelledTraffic.Outcome outcome = traffic.run(DetectorDatabase.create(SharedServer.postgres()));
        assertThat(outcome.recall()).as("%s", outcome.scores()).isGreaterThanOrEqualTo(0.95);
        assertThat(outcome.falseSuspensions()).as("%s", outcome.scores()).isLessThanOrEqualTo(0.001);
        assertThat(outcome.scores()).hasSize(TrafficKind.values().length);
    }
}
