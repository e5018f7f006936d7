package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.FaultyMailServer;
import io.sluice.testkit.FaultyMailServer.Fault;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Mail servers that refuse, hang, drip and break off, and a node that is killed while it sends. */
class MailFaultsIT {
    private static final Pattern MESSAGE_ID = Pattern.compile("(?mi)^Message-ID: (\\S+)$");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final TestDatabase database = SharedServer.postgres().createDatabase();

    @Test
    void everyNoticeIsSentInTheEndOrFailsForAReasonThatIsShown() {
        try (FaultyMailServer mail = new FaultyMailServer();
                SluiceServer first = node(mail)) {
            Api operator = new Api(first.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
            Owners owners = new Owners(operator, database);
            assertThat(first.output()).contains("mail is sent host=127.0.0.1");

            mail.behave(Fault.REFUSE);
            String refused = suspended(operator, owners, "Refused");
            awaitState(refused, "failed");
            Map<String, Object> notice = state(refused);
            assertThat(String.valueOf(notice.get("reason"))).contains("550").doesNotContain("@");
            assertThat(notice).containsEntry("tries", 1);
            assertThat(database.count("select count(*) from events where type = 'job.failed'"))
                    .as("a letter's failure is not told of again")
                    .isZero();
            assertThat(first.output()).doesNotContain(refused + "@");

            mail.behave(Fault.TRY_LATER);
            String later = suspended(operator, owners, "Later");
            await().atMost(PATIENCE).until(() -> !ids(mail, later).isEmpty());
            mail.behave(Fault.NONE);
            awaitState(later, "sent");
            assertThat(ids(mail, later)).hasSizeGreaterThanOrEqualTo(2);
            assertThat(ids(mail, later).stream().distinct()).hasSize(1);

            mail.behaveInTurn(List.of(Fault.SILENT, Fault.DRIP, Fault.HANG_UP));
            List<String> unlucky = Stream.of("One", "Two", "Three")
                    .map(name -> suspended(operator, owners, name))
                    .toList();
            unlucky.forEach(project -> {
                awaitState(project, "sent");
                assertThat(state(project)).as("tries of " + project).containsEntry("tries", 2);
            });

            watchesTheDatabase(operator);

            mail.behave(Fault.NO_ANSWER);
            String cut = suspended(operator, owners, "Cut");
            await().atMost(PATIENCE).until(() -> !ids(mail, cut).isEmpty());
            first.kill();
            assertThat(state(cut)).containsEntry("state", "pending");
            mail.behave(Fault.NONE);
            try (SluiceServer second = node(mail)) {
                assertThat(second.process().isAlive()).isTrue();
                awaitState(cut, "sent");
            }
            assertThat(ids(mail, cut)).hasSizeGreaterThanOrEqualTo(2);
            assertThat(ids(mail, cut).stream().distinct()).hasSize(1);
        }
    }

    /** This node tells from one percent on, which every pool has open. */
    private void watchesTheDatabase(Api operator) {
        operator.post("/v1/schedules/installation-watch/run", null).expect(202);
        operator.post("/v1/schedules/installation-watch/run", null).expect(202);
        await().atMost(PATIENCE).until(() -> database.count("""
                                select count(*)
                                from jobs
                                where type = 'watch_installation' and status = 'completed'
                                """) >= 2);
        assertThat(database.count("""
                        select count(*)
                        from notices
                        where kind = 'operations.database_limits'
                            and data ->> 'limit_name' = 'Connections to the database'
                        """)).isOne();
    }

    private SluiceServer node(FaultyMailServer mail) {
        return SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_MAIL_HOST", "127.0.0.1")
                .environment("SLUICE_MAIL_PORT", String.valueOf(mail.port()))
                .environment("SLUICE_MAIL_TLS", "none")
                .environment("SLUICE_MAIL_FROM", "sluice@sluice.example")
                .environment("SLUICE_MAIL_OPERATORS", "operator@sluice.example")
                .environment("SLUICE_MAIL_TIMEOUT", "PT3S")
                .environment("SLUICE_NOTIFICATIONS_GATHERING", "PT0S")
                .environment("SLUICE_NOTIFICATIONS_DATABASE_PERCENT", "1")
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
    }

    private static String suspended(Api operator, Owners owners, String name) {
        String project = owners.project(name);
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
        return project;
    }

    private void awaitState(String project, String state) {
        await(project + " is " + state)
                .atMost(PATIENCE)
                .until(() -> state(project).get("state"), state::equals);
    }

    private Map<String, Object> state(String project) {
        return database.query("select state, reason, tries from notice_states where project_id = ?", project)
                .get(0);
    }

    /** The ids of all mails about the project, one for each time its text was read. */
    private static List<String> ids(FaultyMailServer mail, String project) {
        return mail.mails().stream()
                .filter(text -> text.contains(project))
                .map(MESSAGE_ID::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }
}
