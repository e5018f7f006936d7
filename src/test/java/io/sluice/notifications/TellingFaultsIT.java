package io.sluice.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.Api;
import io.sluice.testkit.FaultyMailServer;
import io.sluice.testkit.FaultyMailServer.Fault;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestJobs;
import io.sluice.testkit.WebhookReceiver;
import io.sluice.testkit.Webhooks;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Mail servers that refuse, hang, drip and break off, and a node that is killed while it sends mails and calls webhooks.
 * One test, because each start of a node takes long. A mail may take longer than jobs whose types say nothing.
 */
class TellingFaultsIT {
    private static final Pattern MESSAGE_ID = Pattern.compile("(?mi)^Message-ID: (\\S+)$");
    private static final String CONNECTIONS = "Connections to the database:";
    private static final String GATHERING = "gather_notifications";
    private static final String DELIVERING = "deliver_webhook";
    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final TestDatabase database = SharedServer.postgres().createDatabase();
    private final FaultyMailServer mail = new FaultyMailServer();
    private final WebhookReceiver chat = WebhookReceiver.start();
    private Api operator;
    private Owners owners;

    @AfterEach
    void close() {
        mail.close();
        chat.close();
    }

    @Test
    void everythingIsToldInTheEndOrFailsForAReasonThatIsShown() throws Exception {
        try (SluiceServer first = start()) {
            // Otherwise operators' letters meet the faults that are meant for others.
            operator.post("/v1/schedules/installation-watch/pause", null).expect(200);
            // Its mark of five minutes may have come before.
            await().atMost(PATIENCE)
                    .until(() ->
                            database.count("select count(*) from jobs where status in ('pending', 'running')") == 0);
            assertThat(first.output()).contains("mail is sent host=127.0.0.1");
            refuses(first);
            asksToTryLater();
            hangsDripsAndBreaksOff();
            watchesTheDatabase();
            dies(first);
        }
    }

    private void refuses(SluiceServer node) {
        mail.behave(Fault.REFUSE);
        String refused = suspended("Refused");
        awaitState(refused, "failed");
        assertThat(state(refused)).containsEntry("tries", 1);
        assertThat(String.valueOf(state(refused).get("reason"))).contains("550").doesNotContain("@");
        assertThat(database.count("select count(*) from events where type = 'job.failed'"))
                .as("a letter's failure is not told of again")
                .isZero();
        assertThat(node.output()).doesNotContain(refused + "@");

        mail.behave(Fault.NONE);
        String job = database.value(
                "select cast(letters.job_id as text) from letters join notices on notices.letter_id = letters.id"
                        + " where notices.project_id = ?",
                refused);
        operator.post("/v1/jobs/" + job + "/retry", null).expect(202);
        awaitState(refused, "sent");
        assertThat(ids(refused)).as("mails after it was tried again by hand").hasSize(1);
    }

    private void asksToTryLater() {
        mail.behave(Fault.TRY_LATER);
        mail.behaveInTurn(List.of(Fault.CLOSED));
        String later = suspended("Later");
        await().atMost(PATIENCE).pollInterval(SOON).until(() -> {
            hurry();
            return !ids(later).isEmpty();
        });
        mail.behave(Fault.NONE);
        awaitSentInAHurry(later);
        assertThat(ids(later)).hasSizeGreaterThanOrEqualTo(2);
        assertThat((Integer) state(later).get("tries")).isGreaterThanOrEqualTo(3);
        assertThat(ids(later).stream().distinct()).hasSize(1);
    }

    private void hangsDripsAndBreaksOff() {
        mail.behaveInTurn(List.of(Fault.SILENT, Fault.DRIP, Fault.HANG_UP));
        List<String> unlucky =
                Stream.of("One", "Two", "Three").map(this::suspended).toList();
        unlucky.forEach(project -> {
            awaitSentInAHurry(project);
            assertThat(state(project)).as("tries of " + project).containsEntry("tries", 2);
        });
    }

    /** This node tells from one percent on, which every pool has open. */
    private void watchesTheDatabase() {
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
                        where kind = 'operations.database_limits' and channel = 'email'
                            and data ->> 'limit_name' = 'Connections to the database'
                        """)).isOne();
        await().atMost(PATIENCE)
                .until(() -> mail.mails().stream()
                        .anyMatch(text -> text.contains("operator@sluice.example") && text.contains(CONNECTIONS)));
        assertThat(chat.await(message -> message.body().contains(CONNECTIONS))
                        .json()
                        .path("text")
                        .asText())
                .contains("The database comes near a limit", "Lower SLUICE_DB_POOL_MAX");
    }

    /** Between cause, letter, sending and record; between cause, call and record: what was told again has its id again. */
    private void dies(SluiceServer node) throws Exception {
        String hooked = owners.project("Hooked");
        try (WebhookReceiver slow = WebhookReceiver.start().hang();
                WebhookReceiver unrecorded = WebhookReceiver.start();
                WebhookReceiver uncalled = WebhookReceiver.start();
                Connection keeper = database.connect()) {
            Webhooks.Registered calling = Webhooks.register(operator, hooked, slow, "project.suspended");
            Webhooks.Registered recording = Webhooks.register(operator, hooked, unrecorded, "project.suspended");
            keepFromRecording(keeper, recording);
            mail.behave(Fault.NO_ANSWER);
            suspend(hooked);
            await().atMost(PATIENCE).until(() -> !ids(hooked).isEmpty());
            slow.awaitCount(1);
            unrecorded.awaitCount(1);
            await().atMost(PATIENCE)
                    .until(() -> database.count(
                                    "select count(*) from pg_stat_activity where datname = ? and wait_event_type = 'Lock'",
                                    database.name())
                            > 0);
            pause(true);
            Webhooks.Registered waiting = Webhooks.register(operator, hooked, uncalled, "project.resumed");
            operator.post("/v1/projects/" + hooked + "/suspensions/resolve", "{\"reason\": \"test\"}")
                    .expect(200);
            String uncollected = suspended("Uncollected");

            node.kill();

            keeper.rollback();
            assertThat(state(hooked)).containsEntry("state", "pending");
            assertThat(state(uncollected)).containsEntry("state", "pending").containsEntry("tries", 0);
            assertThat(uncalled.messages()).isEmpty();
            mail.behave(Fault.NONE);
            slow.answer(200);
            try (SluiceServer second = start()) {
                assertThat(second.process().isAlive()).isTrue();
                pause(false);
                awaitState(hooked, "sent");
                awaitState(uncollected, "sent");
                assertThat(slow.awaitCount(2))
                        .extracting(WebhookReceiver.Message::id)
                        .containsOnly(first(slow));
                assertThat(unrecorded.awaitCount(2))
                        .extracting(WebhookReceiver.Message::id)
                        .containsOnly(first(unrecorded));
                uncalled.awaitCount(1);
                List.of(calling, recording, waiting).forEach(this::awaitOneRecordedTry);
            }
            assertThat(ids(hooked, "is suspended")).hasSizeGreaterThanOrEqualTo(2);
            assertThat(ids(hooked, "is suspended").stream().distinct()).hasSize(1);
            assertThat(ids(uncollected)).hasSize(1);
        }
    }

    private void awaitOneRecordedTry(Webhooks.Registered webhook) {
        UUID delivery = UUID.fromString(first(webhook.receiver()));
        await().atMost(PATIENCE)
                .until(() -> database.<String>value("select status from webhook_deliveries where id = ?", delivery)
                        .equals("delivered"));
        assertThat(database.count("select attempts from webhook_deliveries where id = ?", delivery))
                .isEqualTo(1);
        assertThat(webhook.receiver().messages()).allMatch(message -> message.isSignedWith(webhook.secret()));
    }

    /** Holds the receiver's row, which everybody takes who wants to record an answer. */
    private static void keepFromRecording(Connection keeper, Webhooks.Registered webhook) throws Exception {
        keeper.setAutoCommit(false);
        try (Statement statement = keeper.createStatement()) {
            statement.execute("select 1 from webhooks where id = '" + webhook.id() + "' for no key update");
        }
    }

    private void pause(boolean paused) {
        for (String type : List.of(GATHERING, DELIVERING)) {
            operator.put("/v1/job-types/" + type, "{\"paused\": " + paused + "}")
                    .expect(200);
        }
    }

    private SluiceServer start() {
        SluiceServer node = SluiceServer.builder()
                .database(database)
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .environment("SLUICE_MAIL_HOST", "127.0.0.1")
                .environment("SLUICE_MAIL_PORT", String.valueOf(mail.port()))
                .environment("SLUICE_MAIL_TLS", "none")
                .environment("SLUICE_MAIL_FROM", "sluice@sluice.example")
                .environment("SLUICE_MAIL_OPERATORS", "operator@sluice.example")
                .environment("SLUICE_MAIL_TIMEOUT", "PT7S")
                .environment("SLUICE_JOBS_TIMEOUT", "PT3S")
                .environment("SLUICE_JOBS_INTERRUPT_GRACE", "PT2S")
                .environment("SLUICE_CHAT_OPERATORS_URL", chat.url())
                .environment("SLUICE_WEBHOOKS_ALLOW", "127.0.0.1")
                .environment("SLUICE_WEBHOOKS_TIMEOUT", "PT30S")
                .environment("SLUICE_NOTIFICATIONS_GATHERING", "PT0S")
                .environment("SLUICE_NOTIFICATIONS_DATABASE_PERCENT", "1")
                .start()
                .awaitReady(SharedServer.START_TIMEOUT);
        operator = new Api(node.baseUri(), SharedServer.BOOTSTRAP_TOKEN);
        owners = new Owners(operator, database);
        return node;
    }

    private String suspended(String name) {
        String project = owners.project(name);
        suspend(project);
        return project;
    }

    private void suspend(String project) {
        operator.post("/v1/projects/" + project + "/suspensions", "{\"reason\": \"test\"}")
                .expect(201);
    }

    private void awaitSentInAHurry(String project) {
        await(project + " is sent").atMost(PATIENCE).pollInterval(SOON).until(() -> {
            hurry();
            return state(project).get("state").equals("sent");
        });
    }

    /** Lets letters be tried again now, as the passing of time would. */
    private void hurry() {
        database.execute("update jobs set scheduled_at = sluice_now() where type = 'send_notification'"
                + " and status = 'pending' and scheduled_at > sluice_now()");
        TestJobs.wake(database);
    }

    private void awaitState(String project, String state) {
        await(project + " is " + state)
                .atMost(PATIENCE)
                .until(() -> state(project).get("state"), state::equals);
    }

    /** Of the notice of the project's suspension. */
    private Map<String, Object> state(String project) {
        return database.query("""
                        select state, reason, tries
                        from notice_states
                        where project_id = ? and kind = 'project.suspended'
                        """, project).get(0);
    }

    private static String first(WebhookReceiver receiver) {
        return receiver.messages().get(0).id();
    }

    /** The ids of all mails about the project, one for each time its text was read. */
    private List<String> ids(String project) {
        return ids(project, "");
    }

    private List<String> ids(String project, String words) {
        return mail.mails().stream()
                .filter(text -> text.contains(project) && text.contains(words))
                .map(MESSAGE_ID::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .toList();
    }
}
