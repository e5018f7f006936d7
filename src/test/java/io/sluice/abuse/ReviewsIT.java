package io.sluice.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Api;
import io.sluice.testkit.MailBox;
import io.sluice.testkit.QuietCalendar;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import io.sluice.testkit.TestDatabase;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An owner asks to look at a suspension again, and an operator decides. */
@ExtendWith(QuietCalendar.class)
class ReviewsIT {
    private final Api operator = SharedServer.operator();
    private final TestDatabase database = SharedServer.database();
    private String project;
    private Api owner;

    @BeforeEach
    void suspend() {
        project = Tenants.create();
        owner = Tenants.holder("owner", project);
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"looks odd\"}")
                .expect(201);
    }

    @Test
    void ownerAndOperatorsReadWhyAProjectWasSuspendedAndWhatToDoAboutIt() {
        Suspects suspects = new Suspects(database);
        String suspect = suspects.spiking();
        String address = suspect + "@owners.example";
        database.execute(
                "update projects set owner_email = ?, name = ? where id = ?", address, "Name of " + suspect, suspect);
        suspects.enforce(suspect);
        MailBox.awaitLettersToOperators();
        assertThat(suspects.decide(suspect, "excessive_usage")
                        .path("action_taken")
                        .asText())
                .isEqualTo("project_suspended");

        assertThat(MailBox.flowing(MailBox.awaitSubject(address, "is suspended: suspected abuse")))
                .contains("Reason given: Abuse: ", "POST /v1/projects/" + suspect + "/suspensions/review");
        for (String operators : SharedServer.OPERATORS) {
            assertThat(MailBox.flowing(MailBox.awaitText(operators, suspect)))
                    .contains("Look at the evidence", "/v1/reviews?open=true");
        }
        suspects.forget();
    }

    @Test
    void acceptingEndsTheSuspension() {
        String review = ask().path("id").asText();
        String until = tomorrow();
        JsonNode open = operator.get("/v1/reviews?open=true&project_id=" + project)
                .expect(200)
                .json();
        assertThat(open.path("items")).hasSize(1);
        JsonNode decided = operator.post(
                        "/v1/reviews/" + review + "/decide",
                        "{\"decision\": \"accept\", \"reason\": \"was a launch\"," + " \"keep_active_until\": \""
                                + until + "\"}")
                .expect(200)
                .json();
        assertThat(decided.path("decision").asText()).isEqualTo("accepted");
        assertThat(status()).isEqualTo("active");
        JsonNode suspension =
                operator.get("/v1/projects/" + project + "/suspensions").json().at("/items/0");
        assertThat(suspension.path("resolution").asText()).contains("was a launch");
        assertThat(suspension.path("keep_active_until").asText()).isEqualTo(until);
        assertThat(audited("suspension.review_requested")).isEqualTo(1);
        assertThat(audited("suspension.review_accepted")).isEqualTo(1);
        assertThat(audited("project.activated")).isEqualTo(1);
        decide(review, "reject").expect(409);
    }

    @Test
    void rejectingLeavesTheProjectSuspendedAndTheOwnerReadsWhy() {
        String review = ask().path("id").asText();
        operator.post(
                        "/v1/reviews/" + review + "/decide",
                        "{\"decision\": \"reject\", \"reason\": \"no\", \"keep_active_until\": \"" + tomorrow() + "\"}")
                .expect(400);
        decide(review, "reject").expect(200);
        assertThat(status()).isEqualTo("suspended");
        JsonNode seen = owner.get("/v1/reviews").expect(200).json().at("/items/0");
        assertThat(seen.path("decision").asText()).isEqualTo("rejected");
        assertThat(seen.path("reason").asText()).isEqualTo("looked at");
        assertThat(audited("suspension.review_rejected")).isEqualTo(1);
        ask();
    }

    @Test
    void onlyOneReviewIsOpenAndOnlyWhileTheProjectIsSuspended() {
        List<Integer> answers = IntStream.range(0, 8)
                .parallel()
                .mapToObj(i -> owner.post(path(), "{\"message\": \"please\"}").status())
                .sorted()
                .toList();
        assertThat(answers).containsExactly(201, 409, 409, 409, 409, 409, 409, 409);
        String review = operator.get("/v1/reviews?project_id=" + project)
                .json()
                .at("/items/0/id")
                .asText();
        operator.post("/v1/projects/" + project + "/suspensions/resolve", "{\"reason\": \"by hand\"}")
                .expect(200);
        decide(review, "accept").expect(409);
        decide(review, "reject").expect(200);
        owner.post(path(), "{\"message\": \"please\"}").expect(409);
    }

    @Test
    void belongsToTheOwnerOfTheProjectAndIsDecidedByAnOperator() {
        Api stranger = Tenants.holder("owner", Tenants.create());
        stranger.post(path(), "{\"message\": \"please\"}").expect(404);
        String review = ask().path("id").asText();
        assertThat(stranger.get("/v1/reviews").expect(200).json().path("items")).isEmpty();
        stranger.get("/v1/reviews?project_id=" + project).expect(404);
        owner.post("/v1/reviews/" + review + "/decide", "{\"decision\": \"accept\", \"reason\": \"mine\"}")
                .expect(403);
        owner.post(path(), "{\"message\": \" \"}").expect(400);
        operator.post("/v1/projects/no-such-project/suspensions/review", "{\"message\": \"please\"}")
                .expect(404);
        assertThat(status()).isEqualTo("suspended");
    }

    private JsonNode ask() {
        return owner.post(path(), "{\"message\": \"it was our launch\"}")
                .expect(201)
                .json();
    }

    private io.sluice.testkit.Answer decide(String review, String decision) {
        return operator.post(
                "/v1/reviews/" + review + "/decide", "{\"decision\": \"" + decision + "\", \"reason\": \"looked at\"}");
    }

    private String path() {
        return "/v1/projects/" + project + "/suspensions/review";
    }

    private String status() {
        return database.value("select status from projects where id = ?", project);
    }

    private String tomorrow() {
        return database.value("select to_char(date_trunc('day', sluice_now() at time zone 'UTC') + interval '1 day',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    }

    private long audited(String action) {
        return database.count(
                "select count(*) from audit_entries where action = ? and project_id = ?", action, project);
    }
}
