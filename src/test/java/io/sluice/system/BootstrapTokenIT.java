package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BootstrapTokenIT {
    private static final Pattern TOKEN = Pattern.compile("slt_[A-Za-z0-9_-]{43}");

    @Test
    void twoNodesOnAnEmptyDatabasePrintOneTokenBetweenThem() {
        TestDatabase database = SharedServer.postgres().createDatabase();
        try (SluiceServer one = SluiceServer.builder().database(database).start();
                SluiceServer two = SluiceServer.builder().database(database).start()) {
            one.awaitReady(SharedServer.START_TIMEOUT);
            two.awaitReady(SharedServer.START_TIMEOUT);
            List<String> printed = TOKEN.matcher(one.output() + two.output())
                    .results()
                    .map(MatchResult::group)
                    .toList();
            assertThat(printed).hasSize(1);
            new Api(one.baseUri(), printed.get(0)).get("/v1/tokens").expect(200);
            new Api(two.baseUri(), printed.get(0)).get("/v1/tokens").expect(200);
            new Api(one.baseUri(), SharedServer.BOOTSTRAP_TOKEN)
                    .get("/v1/tokens")
                    .expect(401);
            assertThat(database.count("select count(*) from access_tokens")).isEqualTo(1);
        }
    }

    @Test
    void aBootstrapTokenThatCanBeGuessedStopsTheStart() {
        SluiceServer node = SluiceServer.builder()
                .database(SharedServer.postgres().createDatabase())
                .environment("SLUICE_BOOTSTRAP_TOKEN", "short")
                .start();
        assertThat(node.awaitExit(Duration.ofSeconds(120))).isEqualTo(78);
        assertThat(node.output()).contains("SLUICE_BOOTSTRAP_TOKEN must be at least 32 visible ASCII characters");
        assertThat(node.output()).doesNotContain("'short'");
    }
}
