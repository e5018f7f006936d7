package io.sluice.notifications;

import io.sluice.notifications.Message.Fact;
import java.util.ArrayList;
import java.util.List;

/** The words of a whole letter, and its form as plain text. */
public final class LetterText {
    private static final int WIDTH = 76;

    private LetterText() {}

    /** The notice itself, or one line for each notice of a digest; suspensions come first. */
    public static Message of(Letter letter) {
        return letter.isDigest()
                ? digest(letter, letter.contents())
                : Wording.of(letter.notices().get(0));
    }

    /** Why it was sent, and how to receive less. */
    public static String footer(Letter letter) {
        if (letter.recipient().equals("operator")) {
            return "You receive this as an operator of this Sluice installation.";
        }
        return "You receive this as the owner of " + letter.projectId()
                + (letter.isDigest() ? " and maybe other projects" : "")
                + ". What is sent is chosen per project and kind: PUT /v1/projects/"
                + letter.projectId() + "/notification-preferences. Suspensions are always told.";
    }

    /** As plain text, lines of at most 76 characters where words allow it. */
    public static String plain(Message message, String footer) {
        StringBuilder text = new StringBuilder();
        text.append(message.headline()).append('\n');
        text.append("=".repeat(Math.min(WIDTH, message.headline().length()))).append("\n\n");
        message.text().forEach(paragraph -> text.append(wrapped(paragraph, "")).append('\n'));
        if (!message.facts().isEmpty()) {
            message.facts()
                    .forEach(fact -> text.append("  ")
                            .append(fact.label())
                            .append(": ")
                            .append(fact.value())
                            .append('\n'));
            text.append('\n');
        }
        if (!message.steps().isEmpty()) {
            text.append("What to do next:\n");
            message.steps().forEach(step -> text.append("- ").append(wrapped(step, "  ")));
            text.append('\n');
        }
        return text.append("-- \n").append(wrapped(footer, "")).toString();
    }

    private static Message digest(Letter letter, Letter.Contents contents) {
        boolean urgent = contents.kinds().containsKey(NoticeKind.PROJECT_SUSPENDED.word());
        long count = contents.notices();
        long projects = contents.projects();
        String about = projects == 0 ? "" : projects == 1 ? " about one project" : " about " + projects + " projects";
        List<String> text = new ArrayList<>();
        text.add(count + " notices came together" + about + ":");
        contents.kinds()
                .forEach((kind, each) ->
                        text.add(each + " × " + kind.replace('.', ' ').replace('_', ' ')));
        List<Fact> lines = letter.notices().stream()
                .map(notice -> new Fact(
                        notice.projectId() == null ? "Installation" : notice.projectName(),
                        Wording.of(notice).headline()))
                .toList();
        List<String> steps = new ArrayList<>();
        if (count > lines.size()) {
            steps.add((count - lines.size()) + " more are not listed here.");
        }
        steps.add(
                letter.recipient().equals("operator")
                        ? "Every notice in full: GET /v1/notifications."
                        : "Every notice in full, with what to do: GET /v1/projects/{id}/notifications.");
        return new Message(
                (urgent ? "[URGENT] " : "") + count + " notices" + about,
                count + " notices" + about,
                text,
                lines,
                steps);
    }

    private static String wrapped(String paragraph, String indent) {
        StringBuilder lines = new StringBuilder();
        int length = indent.length();
        for (String word : paragraph.strip().split("\\s+", -1)) {
            if (length > indent.length() && length + 1 + word.length() > WIDTH) {
                lines.append('\n').append(indent);
                length = indent.length();
            } else if (length > indent.length()) {
                lines.append(' ');
                length++;
            }
            lines.append(word);
            length += word.length();
        }
        return lines.append('\n').toString();
    }
}
