package io.sluice.testkit;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.PGConnection;

/** What nodes tell each other when there is work. */
public final class JobNews {
    private static final int HEARD_WITHIN_MS = 1_000;

    private JobNews() {}

    /** Whether a node says anything of a job that was put in there, and is done. */
    public static boolean isTold(TestDatabase database, SluiceServer node) {
        Api operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("listen sluice_jobs");
            String id =
                    operator.post("/v1/jobs", """
                            {"type": "test_sleep", "payload": {"sleep_ms": 1}}
                            """).expect(202).json().path("id").asText();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> operator.get("/v1/jobs/" + id)
                            .expect(200)
                            .json()
                            .path("status")
                            .asText()
                            .equals("completed"));
            return connection.unwrap(PGConnection.class).getNotifications(HEARD_WITHIN_MS).length > 0;
        } catch (SQLException away) {
            throw new IllegalStateException(away);
        }
    }
}
