package io.sluice.system;

import static io.sluice.system.BadInputs.abbreviated;
import static io.sluice.system.BadInputs.badBodies;
import static io.sluice.system.BadInputs.badQueries;
import static io.sluice.system.BadInputs.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedRoute;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TableHash;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Sends to every published call whatever does not belong there, worked out from the call's own schema, and then looks
 * whether anything in the database changed. Has a node and a database of its own, on which nothing else works.
 */
class BadInputIT {
    private static final Set<Integer> REFUSALS = Set.of(400, 404, 409, 413, 415, 422);

    private static TestDatabase database;
    private static SluiceServer node;
    private static Api operator;
    private static List<PublishedRoute> routes;
    private Map<String, String> before;

    @BeforeAll
    static void startNode() {
        database = SharedServer.postgres().createDatabase();
        node = SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
        operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        routes = PublishedRoute.all(operator);
        operator.get("/v1/schedules")
                .json()
                .path("items")
                .forEach(schedule ->
                        operator.post("/v1/schedules/" + schedule.path("name").asText() + "/pause", null));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> database.count("select count(*) from jobs where status in ('pending', 'running')") == 0);
        operator.post("/v1/projects", "{\"id\":\"victim\",\"name\":\"Victim\",\"owner_email\":\"v@example.org\"}");
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @Test
    void noBodyThatDoesNotFitChangesAnything() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        int sent = 0;
        for (PublishedRoute route : routesWithBody()) {
            for (Map.Entry<String, byte[]> body : badBodies(route).entrySet()) {
                Answer answer = operator.sendBytes(route.method(), path(route), body.getValue());
                expectRefusal(softly, route + " with " + body.getKey(), answer);
                sent++;
            }
        }
        softly.assertAll();
        assertThat(sent).isGreaterThan(50);
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    @Test
    void noParameterThatDoesNotFitChangesAnything() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routes) {
            for (String query : badQueries(route)) {
                Answer answer = operator.send(
                        route.method(),
                        path(route) + "?" + query,
                        route.bodySchema().isMissingNode() ? null : "{}");
                expectRefusal(softly, route + "?" + abbreviated(query), answer);
            }
        }
        softly.assertAll();
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    @Test
    void noIdThatNamesNothingChangesAnything() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        List<String> ids = List.of(
                "00000000-0000-7000-8000-000000000000",
                "nothing",
                "0",
                "-1",
                "9007199254740992",
                "18446744073709551616",
                "1.5",
                "null",
                "x".repeat(1_000),
                "%00",
                "%ff",
                "a%20b",
                "'",
                "*",
                "$1",
                "~");
        for (PublishedRoute route : routes) {
            for (String id : route.hasParts() ? ids : List.<String>of()) {
                boolean hasBody = !route.bodySchema().isMissingNode();
                Answer answer = operator.send(route.method(), route.pathWith(id), hasBody ? "{\"nonsense\":1}" : null);
                expectRefusal(softly, route + " for " + abbreviated(id), answer);
            }
        }
        softly.assertAll();
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    @Test
    void noBodyOfAnotherFormIsRead() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routesWithBody()) {
            for (String type : List.of(
                    "text/plain",
                    "application/x-www-form-urlencoded",
                    "application/xml",
                    "application/json;charset=iso-8859-1")) {
                Answer answer = operator.sendBytes(route.method(), path(route), bytes("{}"), "Content-Type", type);
                softly.assertThat(answer.status()).as("%s as %s", route, type).isEqualTo(415);
                softly.assertThat(answer.code()).as("%s as %s", route, type).isEqualTo("UNSUPPORTED_MEDIA_TYPE");
            }
            Answer packed = operator.sendBytes(route.method(), path(route), bytes("{}"), "Content-Encoding", "gzip");
            softly.assertThat(packed.status()).as("%s compressed", route).isEqualTo(415);
            softly.assertThat(operator.sendBytes(route.method(), path(route), bytes("{}"), "Accept", "image/png")
                            .status())
                    .as("%s for an image", route)
                    .isEqualTo(406);
        }
        softly.assertAll();
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    @Test
    void bodiesAboveTheLimitAreRefusedUnread() {
        before = TableHash.of(database);
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routesWithBody()) {
            boolean batch = Set.of("/v1/usage/track", "/v1/jobs/batch").contains(route.path());
            int most = (batch ? 8 : 1) << 20;
            softly.assertThat(operator.sendBytes(route.method(), path(route), blanks(most))
                            .status())
                    .as("%s with the longest body", route)
                    .isEqualTo(400);
            Answer above = operator.sendBytes(route.method(), path(route), blanks(most + 1));
            softly.assertThat(above.status()).as("%s above the limit", route).isEqualTo(413);
            softly.assertThat(above.code()).as("%s above the limit", route).isEqualTo("PAYLOAD_TOO_LARGE");
        }
        softly.assertAll();
        assertThat(TableHash.of(database)).isEqualTo(before);
    }

    private static List<PublishedRoute> routesWithBody() {
        return routes.stream()
                .filter(route -> !route.bodySchema().isMissingNode())
                .toList();
    }

    private static String path(PublishedRoute route) {
        return route.path().startsWith("/v1/projects/{id}")
                ? route.path().replace("{id}", "victim").replaceAll("\\{[^}]+}", "requests")
                : route.unknownPath();
    }

    private static void expectRefusal(SoftAssertions softly, String what, Answer answer) {
        softly.assertThat(answer.status())
                .as("%s: %s", what, abbreviated(answer.body()))
                .isIn(REFUSALS);
        if (REFUSALS.contains(answer.status()) && !answer.body().isEmpty()) {
            softly.assertThat(answer.header("Content-Type")).as(what).isEqualTo("application/problem+json");
            softly.assertThat(answer.code()).as(what).matches("[A-Z_]+");
            softly.assertThat(answer.body())
                    .as(what)
                    .doesNotContain("Exception", "jakarta.", "org.hibernate", "org.postgresql", "java.lang")
                    .doesNotContainPattern("\\bSQL");
            softly.assertThat(answer.body().length()).as(what).isLessThan(5_000);
        }
    }

    private static byte[] blanks(int length) {
        return bytes(" ".repeat(length));
    }
}
