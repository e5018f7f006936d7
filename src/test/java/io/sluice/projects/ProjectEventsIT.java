package io.sluice.projects;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.PublishedEvents;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What others hear of a project's life. */
class ProjectEventsIT {
    private static Api operator;
    private static PublishedEvents events;

    @BeforeAll
    static void useTheSharedNode() {
        operator = SharedServer.operator();
        events = new PublishedEvents(SharedServer.database());
    }

    @Test
    void everyStepOfAProjectsLifeIsToldOnce() {
        String project = Tenants.create();
        suspend(project).expect(201);
        operator.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"paid\"}")
                .expect(200);
        status(project, "archived").expect(200);
        status(project, "active").expect(200);
        status(project, "archived").expect(200);
        status(project, "deleted").expect(200);

        assertThat(events.kinds(project))
                .containsExactly(
                        "project.created",
                        "project.suspended",
                        "project.resumed",
                        "project.archived",
                        "project.resumed",
                        "project.archived",
                        "project.deleted");
        JsonNode suspended = events.of(project, "project.suspended").get(0);
        assertThat(suspended.path("project_id").asText()).isEqualTo(project);
        assertThat(suspended.path("cause").asText()).isEqualTo("operator");
        assertThat(suspended.path("exceeded")).isEmpty();
        JsonNode resumed = events.of(project, "project.resumed").get(0);
        assertThat(resumed.path("suspension_id")).isEqualTo(suspended.path("suspension_id"));
        assertThat(resumed.path("from").asText()).isEqualTo("suspended");
        assertThat(events.of(project, "project.resumed").get(1).path("from").asText())
                .isEqualTo("archived");
        assertThat(SharedServer.database()
                        .count(
                                "select count(*) from events where project_id = ? and (data::text like '%@%'"
                                        + " or data::text like '%Test%' or request_id is null)",
                                project))
                .as("addresses, names, and events without their request")
                .isZero();
    }

    @Test
    void whatIsRefusedIsNotTold() {
        String project = Tenants.create();
        operator.post("/v1/projects", """
                {"id": "%s", "name": "Again", "owner_email": "a@example.org"}""".formatted(project)).expect(409);
        operator.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"paid\"}")
                .expect(409);
        status(project, "created").expect(409);
        operator.patch("/v1/projects/" + project, "{\"name\": \"Renamed\"}").expect(200);
        assertThat(events.kinds(project)).containsExactly("project.created");
    }

    @Test
    void aCauseThatIsRolledBackAtItsCommitTellsNobody() {
        String project = Tenants.create();
        SharedServer.database().execute("""
                create or replace function refuse_at_commit() returns trigger language plpgsql as
                $$ begin raise exception 'refused at commit'; end $$
                """);
        SharedServer.database().execute("""
                create constraint trigger refuse_%s after insert on suspensions deferrable initially deferred
                for each row when (new.project_id = '%s') execute function refuse_at_commit()
                """.formatted(project.replace('-', '_'), project));

        suspend(project).expect(500);

        assertThat(SharedServer.database().<String>value("select status from projects where id = ?", project))
                .isEqualTo("active");
        assertThat(events.kinds(project)).containsExactly("project.created");
        assertThat(SharedServer.database().count("select count(*) from notices where project_id = ?", project))
                .isZero();
    }

    private static io.sluice.testkit.Answer suspend(String project) {
        return operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"they asked Mr Test\"}");
    }

    private static io.sluice.testkit.Answer status(String project, String status) {
        return operator.put(
                "/v1/projects/" + project + "/status", "{\"status\": \"" + status + "\", \"reason\": \"test\"}");
    }
}
