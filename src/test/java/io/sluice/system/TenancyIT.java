package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedRoute;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** What belongs to another tenant does not exist. */
class TenancyIT {
    /** A body that fits, for each call of owners that takes one. */
    private static final Map<String, String> BODIES = Map.ofEntries(
            Map.entry("POST /v1/projects/{id}/keys", "{\"name\": \"a\"}"),
            Map.entry("POST /v1/projects/{id}/suspensions/review", "{\"message\": \"a\"}"),
            Map.entry("PUT /v1/projects/{id}/backups/schedule", "{\"interval_hours\": 24}"),
            Map.entry("PUT /v1/projects/{id}/notification-chat", "{\"url\": \"https://1.1.1.1/\"}"),
            Map.entry("PUT /v1/projects/{id}/notification-preferences", "{\"items\": []}"),
            Map.entry(
                    "POST /v1/projects/{id}/webhooks",
                    "{\"url\": \"https://1.1.1.1/\", \"events\": [\"key.leaked\"]}"));

    private final Api operator = SharedServer.operator();
    private final String own = Tenants.create();
    private final String foreign = Tenants.create();
    private final String missing = Tenants.newId();
    private final Api owner = Tenants.holder("owner", own);

    @Test
    void aForeignProjectAnswersLikeOneThatDoesNotExist() {
        SoftAssertions softly = new SoftAssertions();
        List<PublishedRoute> routes = PublishedRoute.all(operator).stream()
                .filter(route -> route.path().startsWith("/v1/projects/{id}"))
                .filter(route -> route.roles().contains("owner"))
                .toList();
        assertThat(routes).hasSizeGreaterThan(3);
        for (PublishedRoute route : routes) {
            String body = BODIES.get(route.toString());
            Answer other = owner.send(route.method(), path(route, foreign), body);
            Answer none = owner.send(route.method(), path(route, missing), body);
            softly.assertThat(other.status()).as("%s", route).isEqualTo(404);
            softly.assertThat(told(other, foreign)).as("%s", route).isEqualTo(told(none, missing));
            softly.assertThat(owner.send(route.method(), path(route, own), body).body())
                    .as("%s", route)
                    .doesNotContain(foreign, "There is no project");
        }
        softly.assertAll();
    }

    @Test
    void listsHoldNothingOfOthers() {
        for (String list : List.of("/v1/projects?limit=200", "/v1/jobs?limit=200", "/v1/audit?limit=200")) {
            assertThat(operator.get(list).expect(200).body()).as(list).isNotEmpty();
            assertThat(owner.get(list).expect(200).body()).as(list).doesNotContain(foreign);
        }
        assertThat(owner.get("/v1/projects").json().path("items")).hasSize(1);
        assertThat(owner.get("/v1/audit?action=project.created").json().path("items"))
                .hasSize(1)
                .allSatisfy(
                        entry -> assertThat(entry.path("project_id").asText()).isEqualTo(own));
        assertThat(operator.get("/v1/audit?target=project:" + foreign).json().path("items"))
                .isNotEmpty();
        assertThat(owner.get("/v1/audit?target=project:" + foreign).json().path("items"))
                .isEmpty();
    }

    @Test
    void aRestrictedServiceCountsForItsOwnProjectsOnly() {
        Api service = Tenants.holder("service", own);
        service.post("/v1/usage/track", Tenants.event(own, "requests", 1, "e", null))
                .expect(202);
        Answer other = service.post("/v1/usage/track", Tenants.event(foreign, "requests", 1, "e", null));
        Answer none = service.post("/v1/usage/track", Tenants.event(missing, "requests", 1, "e", null));
        assertThat(other.status()).isEqualTo(404);
        assertThat(told(other, foreign)).isEqualTo(told(none, missing));
        assertThat(Tenants.used(foreign, "requests", "month")).isZero();
    }

    private static String path(PublishedRoute route, String project) {
        return route.path().replace("{id}", project).replaceAll("\\{[^}]+}", "requests");
    }

    /** What an answer tells, apart from what was asked for. */
    private static String told(Answer answer, String project) {
        return answer.status() + answer.body().replace(project, "…").replaceAll("\"request_id\":\"[^\"]*\"", "");
    }
}
