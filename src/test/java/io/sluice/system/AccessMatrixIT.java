package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedRoute;
import io.sluice.testkit.RawHttp;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestTokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Walks every route with every kind of caller. */
class AccessMatrixIT {
    private static final List<String> ROLES = List.of("operator", "viewer", "service", "owner");
    private static final List<String> OPEN = List.of(
            "/", "/index.html", "/errors", "/openapi", "/health", "/health/live", "/health/ready", "/health/started");

    /** Fits no call: refused by whatever reads it, so that walking the routes changes nothing. */
    private static final String NONSENSE = "{\"no_call_has_this_member\":1}";

    /** What the server cannot decode it answers itself, before any code of ours, with nothing at all. */
    private static final String UNDECODABLE = ".*(%zz|/\\.|/\\.\\.)";

    private static final String EMPTY = "(?s).*\r\nContent-Length: 0\r\n.*\r\n\r\n";

    private static Api operator;
    private static Api nobody;
    private static Map<String, Api> callers;
    private static Map<String, List<String>> rolesByRoute;
    private static List<PublishedRoute> routes;

    @BeforeAll
    static void makeCallers() {
        operator = SharedServer.operator();
        nobody = operator.as(null);
        routes = PublishedRoute.all(nobody);
        rolesByRoute = RouteTable.roles();
        String project = "matrix-" + UUID.randomUUID();
        callers = new TreeMap<>();
        for (String role : ROLES) {
            String[] projects = role.equals("owner") ? new String[] {project} : new String[0];
            callers.put(role, operator.as(TestTokens.make(operator, role, projects)));
        }
    }

    @Test
    void everyRouteLetsInExactlyTheRolesOfTheDocumentedTable() {
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routes) {
            for (String role : ROLES) {
                Answer answer = call(callers.get(role), route, route.method());
                String walk = role + " " + route + " answered " + answer.status() + " " + answer.body();
                if (rolesByRoute.getOrDefault(route.toString(), List.of()).contains(role)) {
                    softly.assertThat(answer.status())
                            .as(walk)
                            .isNotIn(401, 403)
                            .isLessThan(500);
                } else {
                    softly.assertThat(answer.status()).as(walk).isEqualTo(403);
                    softly.assertThat(answer.body()).as(walk).contains("\"PERMISSION_DENIED\"");
                }
                softly.assertThat(answer.header("X-Request-Id")).as(walk).isNotEmpty();
            }
        }
        softly.assertAll();
    }

    @Test
    void noRouteOpensWithoutAValidToken() {
        Map<String, String> expired = TestTokens.issue(operator, "operator");
        SharedServer.database()
                .execute("update access_tokens set expires_at = sluice_now() where id::text = ?", expired.get("id"));
        Map<String, String> revoked = TestTokens.issue(operator, "operator");
        operator.delete("/v1/tokens/" + revoked.get("id")).expect(204);
        String unknown = "slt_" + "A".repeat(43);
        Map<String, String> headers = new TreeMap<>(Map.of(
                "Bearer " + unknown,
                "AUTHENTICATION_REQUIRED",
                "Bearer " + revoked.get("token"),
                "AUTHENTICATION_REQUIRED",
                "Bearer " + expired.get("token"),
                "TOKEN_EXPIRED",
                "Bearer",
                "AUTHENTICATION_REQUIRED",
                "Bearer " + "x".repeat(5000),
                "AUTHENTICATION_REQUIRED",
                "Basic b3BlcmF0b3I6b3BlcmF0b3I=",
                "AUTHENTICATION_REQUIRED",
                SharedServer.BOOTSTRAP_TOKEN,
                "AUTHENTICATION_REQUIRED"));
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routes) {
            Answer without = call(nobody, route, route.method());
            softly.assertThat(without.status()).as("%s without a token", route).isEqualTo(401);
            softly.assertThat(without.code()).as("%s", route).isEqualTo("AUTHENTICATION_REQUIRED");
            softly.assertThat(without.header("WWW-Authenticate")).startsWith("Bearer");
            softly.assertThat(without.header("Content-Type")).isEqualTo("application/problem+json");
            softly.assertThat(call(nobody, route, "OPTIONS").status())
                    .as("OPTIONS %s", route)
                    .isEqualTo(401);
            softly.assertThat(call(nobody, route, "HEAD").status())
                    .as("HEAD %s", route)
                    .isEqualTo(401);
            headers.forEach((header, code) -> {
                Answer answer = call(nobody, route, route.method(), "Authorization", header);
                softly.assertThat(answer.status())
                        .as("%s with %s", route, header)
                        .isEqualTo(401);
                softly.assertThat(answer.code()).as("%s with %s", route, header).isEqualTo(code);
            });
        }
        softly.assertAll();
    }

    @Test
    void headAnswersLikeGetAndOptionsNamesTheMethods() {
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routes) {
            Answer options = call(operator, route, "OPTIONS");
            softly.assertThat(options.status()).as("OPTIONS %s", route).isEqualTo(200);
            softly.assertThat(options.header("Allow")).as("OPTIONS %s", route).contains(route.method());
            if (route.method().equals("GET")) {
                Answer get = call(operator, route, "GET");
                Answer head = call(operator, route, "HEAD");
                softly.assertThat(head.status()).as("HEAD %s", route).isEqualTo(get.status());
                softly.assertThat(head.body()).as("HEAD %s", route).isEmpty();
            }
        }
        softly.assertAll();
    }

    @Test
    void methodsThatAPathDoesNotOfferAreRefused() {
        SoftAssertions softly = new SoftAssertions();
        for (PublishedRoute route : routes) {
            for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "PROPFIND")) {
                boolean offered = routes.stream()
                        .anyMatch(other -> other.method().equals(method) && matches(other.path(), route.unknownPath()));
                if (!offered) {
                    Answer answer = call(operator, route, method);
                    softly.assertThat(answer.status())
                            .as("%s on %s", method, route)
                            .isEqualTo(405);
                    softly.assertThat(answer.code())
                            .as("%s on %s", method, route)
                            .isEqualTo("METHOD_NOT_ALLOWED");
                }
            }
            String trace = RawHttp.send(
                    SharedServer.node().baseUri(),
                    "TRACE",
                    route.unknownPath(),
                    "Authorization",
                    "Bearer " + SharedServer.BOOTSTRAP_TOKEN,
                    "X-Probe",
                    "echoed");
            softly.assertThat(RawHttp.status(trace)).as("TRACE %s", route).isEqualTo(405);
            softly.assertThat(trace).as("TRACE %s", route).doesNotContain("echoed");
        }
        softly.assertAll();
    }

    @Test
    void nothingButProbesDescriptionAndStaticPagesIsOpen() {
        SoftAssertions softly = new SoftAssertions();
        for (String path : OPEN) {
            softly.assertThat(nobody.get(path).status()).as(path).isEqualTo(200);
            softly.assertThat(nobody.send("HEAD", path, null).status())
                    .as("HEAD " + path)
                    .isEqualTo(200);
            for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
                softly.assertThat(nobody.send(method, path, null).status())
                        .as(method + " " + path)
                        .isEqualTo(401);
            }
        }
        for (String path : List.of(
                "/metrics",
                "/metrics/base",
                "/metrics/vendor",
                "/problem",
                "/v1",
                "/v1/",
                "/console/",
                "/nothing",
                "/health/other",
                "/openapi/",
                "/health/",
                "/v1/application.wadl",
                "/WEB-INF/web.xml",
                "/META-INF/MANIFEST.MF",
                "/jwt",
                "/favicon.ico",
                "/INDEX.HTML",
                "/Health")) {
            Answer answer = nobody.get(path);
            softly.assertThat(answer.status()).as(path).isEqualTo(401);
            softly.assertThat(answer.code()).as(path).isEqualTo("AUTHENTICATION_REQUIRED");
        }
        softly.assertAll();
    }

    @Test
    void metricsAreForThoseWhoReadEverything() {
        assertThat(callers.get("operator").get("/metrics").status()).isEqualTo(200);
        assertThat(callers.get("viewer").get("/metrics").status()).isEqualTo(200);
        for (String role : List.of("service", "owner")) {
            assertThat(callers.get(role).get("/metrics").expect(403).code()).isEqualTo("PERMISSION_DENIED");
        }
    }

    @Test
    void oddSpellingsOpenNothingAndReachNothing() {
        SoftAssertions softly = new SoftAssertions();
        for (String path : List.of("/v1/tokens", "/v1/audit", "/metrics", "/health/live", "/openapi")) {
            for (String odd : oddSpellings(path)) {
                for (String token : List.of("Bearer none", "Bearer " + SharedServer.BOOTSTRAP_TOKEN)) {
                    String answer = RawHttp.send(SharedServer.node().baseUri(), "GET", odd, "Authorization", token);
                    boolean decodable = !odd.matches(UNDECODABLE);
                    if (decodable || !answer.matches(EMPTY)) {
                        softly.assertThat(RawHttp.status(answer))
                                .as("%s: %s", odd, answer)
                                .isIn(400, 404);
                    }
                    if (!answer.matches(EMPTY)) {
                        softly.assertThat(answer).as(odd).contains("application/problem+json", "\"NOT_FOUND\"");
                    }
                }
            }
        }
        softly.assertAll();
    }

    private static List<String> oddSpellings(String path) {
        String first = path.substring(1).split("/")[0];
        String rest = path.substring(1 + first.length());
        return Stream.of(
                        "/" + path,
                        "//" + path,
                        "/" + first + "/" + (rest.isEmpty() ? "/" : rest),
                        path + ";x",
                        path + ";jsessionid=1",
                        "/" + first + ";a=b" + rest,
                        "/%" + Integer.toHexString(first.charAt(0)) + first.substring(1) + rest,
                        "/" + first + "%2f" + rest,
                        "/" + first + "%2F" + rest,
                        path + "%00",
                        path + "%20",
                        path + "/.",
                        path + "/..",
                        path + ".",
                        path + "..",
                        "/." + path,
                        "/x/.." + path,
                        "/%2e%2e" + path,
                        "/%2E" + path,
                        "/x/%2e%2e" + path,
                        "\\" + path.substring(1),
                        path.replace('/', '\\'),
                        "/" + first + "\\" + rest,
                        "/%5c" + path.substring(1),
                        path + "%zz",
                        "/%c0%af" + path.substring(1),
                        "/%252e" + path)
                .toList();
    }

    @Test
    void aRevokedTokenIsRefusedWithinTwoSeconds() {
        Map<String, String> token = TestTokens.issue(operator, "viewer");
        Api caller = operator.as(token.get("token"));
        caller.get("/v1/audit").expect(200);
        operator.delete("/v1/tokens/" + token.get("id")).expect(204);
        Awaitility.await()
                .atMost(Duration.ofSeconds(2))
                .until(() -> caller.get("/v1/audit").status() == 401);
        operator.delete("/v1/tokens/" + token.get("id")).expect(204);
    }

    @Test
    void theUseOfATokenIsWrittenDownAfterAWhile() {
        Map<String, String> token = TestTokens.issue(operator, "viewer");
        operator.as(token.get("token")).get("/v1/audit").expect(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> SharedServer.database()
                                .count(
                                        "select count(last_used_at) from access_tokens where id::text = ?",
                                        token.get("id"))
                        == 1);
    }

    @Test
    void requestIdsAreEchoedWhenUsableAndMadeOtherwise() {
        assertThat(operator.get("/v1/audit", "X-Request-Id", "my-id.1").header("X-Request-Id"))
                .isEqualTo("my-id.1");
        Answer refused = nobody.get("/v1/audit", "X-Request-Id", "my-id.2");
        assertThat(refused.header("X-Request-Id")).isEqualTo("my-id.2");
        assertThat(refused.json().path("request_id").asText()).isEqualTo("my-id.2");
        for (String unusable : List.of("with space", "x".repeat(129), "")) {
            assertThat(operator.get("/v1/audit", "X-Request-Id", unusable).header("X-Request-Id"))
                    .isNotEmpty()
                    .isNotEqualTo(unusable);
        }
    }

    @Test
    void aRequestsIdReachesTheAuditEntriesOfWhatItDid() {
        String id = "audit-" + UUID.randomUUID();
        Answer made = operator.post("/v1/tokens", "{\"name\":\"a\",\"role\":\"viewer\"}", "X-Request-Id", id)
                .expect(201);
        Answer entries = operator.get("/v1/audit?action=token.created&target=token:"
                        + made.json().path("id").asText())
                .expect(200);
        assertThat(entries.json().at("/items/0/request_id").asText()).isEqualTo(id);
        assertThat(entries.json().at("/items/0/actor/id").asText()).isEqualTo("bootstrap");
    }

    private static Answer call(Api caller, PublishedRoute route, String method, String... headers) {
        boolean body = List.of("POST", "PUT", "PATCH").contains(method);
        return caller.send(method, route.unknownPath(), body ? NONSENSE : null, headers);
    }

    private static boolean matches(String template, String path) {
        return path.matches(template.replaceAll("\\{[^}]+}", "[^/]+"));
    }
}
