package io.sluice.projects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectsIT {
    private final Api operator = SharedServer.operator();

    @Test
    void makesAnActiveProjectWithDefaults() {
        Answer made = operator.post("/v1/projects", "{\"name\": \"Acme\", \"owner_email\": \"owner@example.org\"}")
                .expect(201);
        JsonNode project = made.json();
        assertThat(project.get("id").asText()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
        assertThat(project.get("status").asText()).isEqualTo("active");
        assertThat(project.get("environment").asText()).isEqualTo("prod");
        assertThat(project.get("time_zone").asText()).isEqualTo("UTC");
        assertThat(project.get("anchor_day").asInt()).isEqualTo(1);
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        assertThat(made.header("Location"))
                .endsWith("/v1/projects/" + project.get("id").asText());
        assertThat(operator.get("/v1/projects/" + project.get("id").asText()).json())
                .isEqualTo(project);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id | \"a b\"",
                "id | \"\"",
                "id | \"a.b\"",
                "name | \" \"",
                "name | \"a\\nb\"",
                "owner_email | \"nobody\"",
                "owner_email | \"a@b\"",
                "plan | \"no-such-plan\"",
                "environment | \"PROD\"",
                "time_zone | \"Mars/Olympus\"",
                "time_zone | \"MET\"",
                "time_zone | \"+02:00\"",
                "anchor_day | 0",
                "anchor_day | 32",
                "provision | true"
            })
    void namesTheMemberThatBreaksARule(String field, String value) {
        String id = Tenants.newId();
        StringBuilder body = new StringBuilder("{\"" + field + "\": " + value);
        for (String[] member : new String[][] {{"id", id}, {"name", "A"}, {"owner_email", "a@example.org"}}) {
            body.append(member[0].equals(field) ? "" : ", \"" + member[0] + "\": \"" + member[1] + "\"");
        }
        Answer refused = operator.post("/v1/projects", body + "}").expect(400);
        assertThat(refused.code()).isEqualTo("VALIDATION_ERROR");
        assertThat(refused.json().at("/errors/0/field").asText()).isEqualTo(field);
        operator.get("/v1/projects/" + id).expect(404);
    }

    @Test
    void refusesAnIdThatIsTakenEvenByADeletedProject() {
        String id = Tenants.create();
        String body = "{\"id\": \"" + id + "\", \"name\": \"A\", \"owner_email\": \"a@example.org\"}";
        assertThat(operator.post("/v1/projects", body).expect(409).code()).isEqualTo("CONFLICT");
        setStatus(id, "deleted").expect(200);
        operator.post("/v1/projects", body).expect(409);
    }

    @Test
    void changesOnlyWhatIsNamedAndOnlyTheVersionThatWasRead() {
        String id = Tenants.create("Asia/Kolkata", 15);
        Answer changed = operator.patch("/v1/projects/" + id, "{\"name\": \"New\"}", "If-Match", "\"1\"")
                .expect(200);
        assertThat(changed.header("ETag")).isEqualTo("\"2\"");
        assertThat(changed.json().get("name").asText()).isEqualTo("New");
        assertThat(changed.json().get("time_zone").asText()).isEqualTo("Asia/Kolkata");
        assertThat(changed.json().get("anchor_day").asInt()).isEqualTo(15);
        Answer stale = operator.patch("/v1/projects/" + id, "{\"name\": \"Older\"}", "If-Match", "\"1\"")
                .expect(412);
        assertThat(stale.code()).isEqualTo("PRECONDITION_FAILED");
        operator.put(
                        "/v1/projects/" + id + "/status",
                        "{\"status\": \"archived\", \"reason\": \"x\"}",
                        "If-Match",
                        "\"1\"")
                .expect(412);
        assertThat(operator.get("/v1/projects/" + id).json().get("name").asText())
                .isEqualTo("New");
        operator.patch("/v1/projects/" + id, "{}").expect(400);
        operator.patch("/v1/projects/" + id, "{\"plan\": \"no-such-plan\"}").expect(400);
    }

    @ParameterizedTest
    @CsvSource({
        "active,archived,200",
        "active,deleted,200",
        "active,active,409",
        "active,created,409",
        "active,suspended,409",
        "archived,active,200",
        "archived,deleted,200",
        "archived,suspended,409",
        "archived,created,409",
        "created,active,200",
        "created,deleted,200",
        "created,archived,409",
        "created,suspended,409",
        "suspended,active,409",
        "suspended,archived,409",
        "suspended,created,409",
        "suspended,suspended,409",
        "suspended,deleted,409",
        "deleted,active,409",
        "deleted,deleted,409",
        "deleted,suspended,409"
    })
    void allowsALegalStepAndRefusesEveryOther(String from, String to, int status) {
        String id = Tenants.create();
        SharedServer.database()
                .execute(
                        "update projects set status = ?, owner_email = case when ? <> 'deleted' then owner_email end"
                                + " where id = ?",
                        from,
                        from,
                        id);
        Answer answer = setStatus(id, to).expect(status);
        String now = operator.get("/v1/projects/" + id).json().get("status").asText();
        assertThat(now).isEqualTo(status == 200 ? to : from);
        if (status == 409) {
            assertThat(answer.code()).isEqualTo("CONFLICT");
            assertThat(operator.get("/v1/projects/" + id).header("ETag")).isEqualTo("\"1\"");
        }
    }

    @Test
    void forgetsTheOwnersAddressWhenItIsDeletedAndNeverWritesItToTheAuditLog() {
        String id = Tenants.create();
        operator.patch("/v1/projects/" + id, "{\"owner_email\": \"other-" + id + "@example.org\"}")
                .expect(200);
        setStatus(id, "deleted").expect(200);
        assertThat(operator.get("/v1/projects/" + id).json().get("owner_email").isNull())
                .isTrue();
        operator.patch("/v1/projects/" + id, "{\"name\": \"Again\"}").expect(409);
        JsonNode entries = operator.get("/v1/audit?target=project:" + id)
                .expect(200)
                .json()
                .get("items");
        List<String> actions = new ArrayList<>();
        entries.forEach(entry -> actions.add(0, entry.get("action").asText()));
        assertThat(actions).containsExactly("project.created", "project.updated", "project.deleted");
        assertThat(entries.toString()).doesNotContain("@").contains("\"owner_email\":\"changed\"");
        assertThat(entries.get(0).at("/before/status").asText()).isEqualTo("active");
        assertThat(entries.get(0).at("/after/status").asText()).isEqualTo("deleted");
        assertThat(SharedServer.database()
                        .count("select count(*) from projects where id = ? and owner_email is not null", id))
                .isZero();
    }

    @Test
    void showsAnOwnerItsOwnProjectsAndNoOther() {
        String mine = Tenants.create();
        String other = Tenants.create();
        Api owner = Tenants.holder("owner", mine);
        owner.get("/v1/projects/" + mine).expect(200);
        Answer hidden = owner.get("/v1/projects/" + other).expect(404);
        Answer missing = owner.get("/v1/projects/" + Tenants.newId()).expect(404);
        assertThat(hidden.code()).isEqualTo(missing.code()).isEqualTo("NOT_FOUND");
        JsonNode items = owner.get("/v1/projects").expect(200).json().get("items");
        assertThat(items).hasSize(1);
        assertThat(items.get(0).get("id").asText()).isEqualTo(mine);
        SharedServer.database().execute("update projects set status = 'suspended' where id = ?", mine);
        for (Api caller : List.of(owner, Tenants.holder("viewer"), Tenants.holder("service", mine))) {
            caller.put("/v1/projects/" + mine + "/status", "{\"status\": \"active\", \"reason\": \"mine\"}")
                    .expect(403);
            caller.patch("/v1/projects/" + mine, "{\"name\": \"x\"}").expect(403);
        }
        assertThat(operator.get("/v1/projects/" + mine).json().get("status").asText())
                .isEqualTo("suspended");
    }

    @Test
    void listsEachProjectOnceWhileOthersAreMade() {
        String marker = "list" + Tenants.newId();
        HashSet<String> made = new HashSet<>();
        for (int i = 0; i < 7; i++) {
            made.add(named(marker));
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = operator.get("/v1/projects?limit=2&q=" + marker.toUpperCase() + cursor)
                    .expect(200)
                    .json();
            page.get("items").forEach(item -> seen.add(item.get("id").asText()));
            cursor = page.get("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("next_cursor").asText();
            named(marker);
        } while (!cursor.isEmpty());
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(made);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?status=ACTIVE",
                "?status=gone",
                "?limit=0",
                "?cursor=nonsense",
                // A position in the year 300,000.
                "?cursor=Y3Vyc29yHyszMDAwMDAtMDEtMDFUMDA6MDA6MDBaH2E",
                "?q=a%00b"
            })
    void refusesAListThatItDoesNotUnderstand(String query) {
        assertThat(operator.get("/v1/projects" + query).expect(400).code()).isEqualTo("VALIDATION_ERROR");
    }

    @Test
    void findsByStatusAndTakesSearchTextLiterally() {
        String id = Tenants.create();
        setStatus(id, "archived").expect(200);
        assertThat(operator.get("/v1/projects?status=archived&q=" + id).json().get("items"))
                .hasSize(1);
        assertThat(operator.get("/v1/projects?status=active&q=" + id).json().get("items"))
                .isEmpty();
        assertThat(operator.get("/v1/projects?q=" + id.replace('-', '_')).json().get("items"))
                .isEmpty();
    }

    private String named(String name) {
        String body = "{\"name\": \"" + name + "\", \"owner_email\": \"a@example.org\"}";
        return operator.post("/v1/projects", body).expect(201).json().get("id").asText();
    }

    private Answer setStatus(String id, String status) {
        return operator.put("/v1/projects/" + id + "/status", "{\"status\": \"" + status + "\", \"reason\": \"test\"}");
    }
}
