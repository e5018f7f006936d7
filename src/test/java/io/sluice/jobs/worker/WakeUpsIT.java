package io.sluice.jobs.worker;

import static org.awaitility.Awaitility.await;

import io.sluice.testkit.JobNews;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestJobs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** That nodes which are not alone tell each other is seen in {@code ClusterIT}. */
class WakeUpsIT {
    /** It may just have heard somebody, and believes until its next heartbeat that there is another node. */
    @Test
    void aNodeThatIsAloneTellsNobodyOfItsWork() {
        SluiceServer node = TestJobs.node();
        await().atMost(Duration.ofSeconds(30)).until(() -> !JobNews.isTold(TestJobs.database(), node));
    }
}
