package io.sluice.dev;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.PostgresServer;
import io.sluice.testkit.SluiceServer;
import java.util.concurrent.TimeUnit;

/** What a developer reads once the server is ready: everything in it is asked from the running server. */
record Welcome(String address, String token, DevFolder folder, PostgresServer postgres, SluiceServer server) {
    String text(long begunNanos) {
        JsonNode health = new Api(server.baseUri(), null).get("/health").json();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begunNanos);
        return """

                  Sluice %s is ready on %s (after %d s)

                  background jobs worker  %s
                  operator token          %s
                  token is kept in        %s
                  PostgreSQL              %s
                  look at                 %s/openapi  %s/health  %s/metrics
                  try                     curl -H "Authorization: Bearer $(cat %s)" %s/v1/projects

                  Ctrl-C stops it; the data stay in %s
                """.formatted(
                        version(health),
                        address,
                        seconds,
                        worker(health),
                        token,
                        folder.tokenFile(),
                        database(health),
                        address,
                        address,
                        address,
                        folder.tokenFile(),
                        address,
                        folder.path());
    }

    private static String version(JsonNode health) {
        return data(health, "started").path("version").asText("(unknown version)");
    }

    private static String worker(JsonNode health) {
        JsonNode worker = data(health, "worker");
        return worker.isMissingNode()
                ? "not reported"
                : "on: " + worker.path("concurrency").asText("?") + " jobs at once";
    }

    private String database(JsonNode health) {
        String version = data(health, "database").path("server_version").asText("");
        return postgres == null
                ? version + " from SLUICE_DB_URL"
                : version + " embedded, psql " + postgres.url("sluice").substring("jdbc:".length()) + "?user="
                        + PostgresServer.USER;
    }

    private static JsonNode data(JsonNode health, String check) {
        for (JsonNode each : health.path("checks")) {
            if (check.equals(each.path("name").asText())) {
                return each.path("data");
            }
        }
        return health.path("no such check");
    }
}
