package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedRoute;
import io.sluice.testkit.RawHttp;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TestTokens;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Walks every route with every kind of caller. */
class AccessMatrixIT {
    private static final List<String> ROLES = List.of("operator", "viewer", "service", "owner");
    private static final List<String> OPEN = List.of(
            "/", "/index.html", "/errors", "/openapi", "/health", "/health/live", "/health/ready", "/health/started");

    /** Fits no call: refused by whatever reads it, so that walking the routes changes nothing. */
    private static final String NONSENSE = "{\"no_call_has_this_member\":1}";

    private static Api operator;
    private static Api nobody;
    private static Map<String, Api> callers;
    private static Map<String, List<String>> rolesByRoute;
    private static List<PublishedRoute> routes;

    @BeforeAll
    static void makeCallers() {
        operator = SharedServer.operator();
        // A clock that another test moved makes jobs look late, and the node red, until its figures are read again.
        SharedServer.node().awaitReady(SharedServer.START_TIMEOUT);
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

    private static Answer call(Api caller, PublishedRoute route, String method, String... headers) {
        boolean body = List.of("POST", "PUT", "PATCH").contains(method);
        return caller.send(method, route.unknownPath(), body ? NONSENSE : null, headers);
    }

    private static boolean matches(String template, String path) {
        return path.matches(template.replaceAll("\\{[^}]+}", "[^/]+"));
    }
}
