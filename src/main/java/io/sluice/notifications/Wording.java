package io.sluice.notifications;

import io.sluice.notifications.Message.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is said about each kind of notice: what happened, the figures, and what to do next. */
public final class Wording {
    private static final int URGENT_FROM = 90;

    private Wording() {}

    /** The words of one notice. */
    public static Message of(Notice notice) {
        Facts facts = new Facts(notice.data(), notice.timeZone());
        Optional<NoticeKind> kind = NoticeKind.of(notice.kind());
        if (kind.isEmpty()) {
            return other(notice, facts, notice.kind(), "This happened: " + notice.kind() + ".", List.of());
        }
        return switch (kind.get()) {
            case QUOTA_THRESHOLD_REACHED -> threshold(notice, facts);
            case PROJECT_SUSPENDED -> suspended(notice, facts);
            case PROJECT_RESUMED -> resumed(notice, facts);
            case PROJECT_ARCHIVED ->
                other(
                        notice,
                        facts,
                        "The project is archived",
                        "An operator put the project aside: its calls are turned away, its data are kept.",
                        List.of("Ask an operator to make it active again if you still need it."));
            case KEY_LEAKED ->
                other(
                        notice,
                        facts,
                        "A key of the project was found in public",
                        "Somebody reported a key of this project as public. Who has it can use the project in your"
                                + " name.",
                        List.of(
                                "Rotate the key now, and remove the old one from wherever it can be read.",
                                "Look at what was used since: GET /v1/projects/" + notice.projectId() + "/usage."));
            case KEY_EXPIRED ->
                other(
                        notice,
                        facts,
                        "A key of the project has expired",
                        "Calls with this key are refused from now on.",
                        List.of("Make or rotate a key and give it to those who still use this one."));
            case BACKUP_FAILED ->
                other(
                        notice,
                        facts,
                        "A backup failed",
                        "A backup of this project could not be made. Earlier backups are untouched.",
                        List.of("Start it again; if it fails again, an operator finds the cause in the job."));
            case BACKUP_EXPIRING ->
                other(
                        notice,
                        facts,
                        "A backup is removed soon",
                        "A backup of this project reaches the end of its time and will be removed.",
                        List.of("Download it, or make a new one, if you want to keep what is in it."));
            case WEBHOOK_DISABLED ->
                other(
                        notice,
                        facts,
                        "A webhook was disabled",
                        facts.text("reason").equals("gone")
                                ? "Its receiver answered that it wants nothing any more (410), and is not called again."
                                : "Its receiver failed too often in a row and is not called any more. Nothing is lost until"
                                        + " then: deliveries can be sent again.",
                        List.of(
                                "Mend the receiver or delete the webhook; what is well again can be enabled.",
                                "Look at its latest deliveries to see what it answered."));
            case ABUSE_SUSPECTED ->
                other(
                        notice,
                        facts,
                        "Abuse is suspected",
                        "The use of this project fits a pattern of abuse.",
                        List.of(
                                "Look at the evidence: GET /v1/abuse/detections"
                                        + (notice.projectId() == null
                                                ? "."
                                                : "?project_id=" + notice.projectId() + "."),
                                "What is held or needs confirmation is yours to decide: POST"
                                        + " /v1/abuse/detections/{id}/confirm or /dismiss.",
                                "Where the project was suspended, its owner may ask for a review: GET"
                                        + " /v1/reviews?open=true."));
            case SCHEDULE_MISSED ->
                other(
                        notice,
                        facts,
                        "The schedule " + facts.text("schedule") + " was missed",
                        "Slots of the schedule " + facts.text("schedule")
                                + " passed while no node ran"
                                + (notice.data().get("made_up") == Boolean.TRUE
                                        ? "; one job runs now in their place."
                                        : ", and nothing makes up for them."),
                        List.of(
                                "Find out why no node ran: look at /health/ready and the logs of that time.",
                                "Run it by hand if it matters: POST /v1/schedules/" + facts.text("schedule")
                                        + "/run."));
            case DEAD_LETTERS ->
                other(
                        notice,
                        facts,
                        "Many jobs failed for good",
                        facts.number("failed")
                                + " jobs ended in the dead letter within the last hour; you are told from "
                                + facts.number("threshold") + " on.",
                        List.of(
                                "See which: GET /v1/jobs?status=failed.",
                                "Mend the cause, then send them again with POST /v1/jobs/{id}/retry."));
            case DATABASE_LIMITS ->
                other(
                        notice,
                        facts,
                        "The database comes near a limit",
                        facts.text("limit_name") + ": " + facts.number("value") + " of " + facts.number("maximum")
                                + ", which is " + facts.percent("value", "maximum") + ".",
                        List.of(facts.text("advice")));
            case TIME_ZONES ->
                other(
                        notice,
                        facts,
                        "Limits are not enforced in some time zones",
                        "Java and PostgreSQL begin days at different instants in " + facts.text("zones")
                                + ": usage of projects there is counted but not found by their limits.",
                        List.of("Bring both to the same release of the time zone data: update Java on every node, and"
                                + " PostgreSQL or the tzdata package that it reads, then restart both."));
        };
    }

    private static Message threshold(Notice notice, Facts facts) {
        String metric = facts.text("metric");
        String period = facts.text("period");
        long threshold = facts.value("threshold");
        String share = facts.percent("usage", "limit");
        String present = period.equals("day") ? "today" : "this " + period;
        List<String> text = new ArrayList<>();
        text.add("Project " + named(notice) + " has used " + facts.number("usage") + " of its limit of "
                + facts.number("limit") + " " + metric + " " + present + ": " + share + ".");
        text.add(
                facts.has("hard_cap")
                        ? "At the hard cap of " + facts.number("hard_cap")
                                + " the project can be suspended; its calls are then turned away."
                        : "There is no hard cap: nothing is turned away because of this limit.");
        return new Message(
                "[" + (threshold >= URGENT_FROM ? "URGENT" : "IMPORTANT") + "] " + notice.projectName() + ": " + metric
                        + " at " + share + " of " + present + "'s limit",
                share + " of " + present + "'s limit of " + metric,
                text,
                List.of(
                        new Fact("Project", named(notice)),
                        new Fact("Metric", metric),
                        new Fact("Used", facts.number("usage")),
                        new Fact("Limit", facts.number("limit") + " per " + period),
                        new Fact("Share of the limit", share),
                        new Fact("Threshold", threshold + " %"),
                        new Fact("Hard cap", facts.number("hard_cap")),
                        new Fact("Begins anew", facts.time("resets_at"))),
                List.of(
                        "See what uses it: GET /v1/projects/" + notice.projectId() + "/usage?metric=" + metric
                                + "&bucket=day.",
                        "Use less: let callers cache and batch, and stop those that ask more often than they need.",
                        "Ask an operator for a larger limit or plan before the hard cap is reached.",
                        "If you did not expect this, look for a key in the wrong hands and rotate it.",
                        "Do nothing if you will stay below: usage begins anew at the time above."));
    }

    private static Message suspended(Notice notice, Facts facts) {
        List<Facts> caps = facts.each("exceeded");
        String cause = switch (facts.text("cause")) {
            case "hard_cap" ->
                caps.stream().map(cap -> cap.text("metric")).distinct().collect(Collectors.joining(", "))
                        + " reached the hard cap";
            case "abuse" -> "suspected abuse";
            default -> "an operator decided so";
        };
        List<String> text = new ArrayList<>();
        text.add("Project " + named(notice) + " is suspended: " + cause
                + ". Its calls are turned away; nothing of it was removed.");
        String reason = notice.suspensionReason();
        // What a check says is said by the figures below.
        if (reason != null && caps.isEmpty()) {
            text.add("Reason given: " + reason);
        }
        List<Fact> figures = new ArrayList<>();
        figures.add(new Fact("Project", named(notice)));
        figures.add(new Fact("Suspended", facts.time("suspended_at")));
        for (Facts cap : caps) {
            figures.add(new Fact(
                    cap.text("metric") + " per " + cap.text("period"),
                    cap.number("usage") + " used, hard cap " + cap.number("hard_cap")));
            figures.add(new Fact(cap.text("metric") + " begins anew", cap.time("period_end")));
        }
        List<String> steps = new ArrayList<>();
        steps.add("See the whole record: GET /v1/projects/" + notice.projectId() + "/suspensions.");
        if (!caps.isEmpty()) {
            steps.add("Find out what used so much: GET /v1/projects/" + notice.projectId() + "/usage?bucket=day.");
            steps.add("Ask an operator to lift the suspension, with a larger limit if you need one.");
        } else {
            steps.add("End the cause, then ask for a review: POST /v1/projects/" + notice.projectId()
                    + "/suspensions/review. An operator looks at it again and can lift the suspension.");
        }
        return new Message(
                "[URGENT] " + notice.projectName() + " is suspended: " + cause,
                "Suspended: " + cause,
                text,
                figures,
                steps);
    }

    private static Message resumed(Notice notice, Facts facts) {
        List<Fact> figures = new ArrayList<>();
        figures.add(new Fact("Project", named(notice)));
        if (facts.has("keep_active_until")) {
            figures.add(new Fact("No cap suspends it before", facts.time("keep_active_until")));
        }
        return new Message(
                notice.projectName() + " is active again",
                "Active again",
                List.of("Project " + named(notice) + " is active again; its calls are served."),
                figures,
                List.of("Look at its limits, so that it stays so: GET /v1/projects/" + notice.projectId()
                        + "/quotas."));
    }

    private static Message other(Notice notice, Facts facts, String headline, String text, List<String> steps) {
        List<Fact> figures = new ArrayList<>();
        if (notice.projectId() != null) {
            figures.add(new Fact("Project", named(notice)));
        }
        facts.plain().stream()
                .filter(fact ->
                        !fact.label().equals("Project id") && !fact.label().equals("Advice"))
                .forEach(figures::add);
        String subject = notice.projectId() == null
                ? headline
                : notice.projectName() + ": " + headline.substring(0, 1).toLowerCase(Locale.ROOT)
                        + headline.substring(1);
        return new Message(subject, headline, List.of(text), figures, steps);
    }

    private static String named(Notice notice) {
        return notice.projectName().equals(notice.projectId())
                ? notice.projectName()
                : notice.projectName() + " (" + notice.projectId() + ")";
    }
}
