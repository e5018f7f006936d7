package io.sluice.notifications.chat;

import io.sluice.notifications.Message;

/** The text of a chat message in the mark-up that Slack and its like read. */
final class ChatText {
    private static final int LONGEST = 30_000;

    private ChatText() {}

    static String of(Message message, String footer) {
        StringBuilder text = new StringBuilder();
        text.append('*').append(escaped(message.subject())).append("*\n");
        message.text().forEach(paragraph -> text.append(escaped(paragraph)).append('\n'));
        message.facts()
                .forEach(fact -> text.append("• ")
                        .append(escaped(fact.label()))
                        .append(": ")
                        .append(escaped(fact.value()))
                        .append('\n'));
        if (!message.steps().isEmpty()) {
            text.append("*What to do next*\n");
            message.steps()
                    .forEach(step -> text.append("• ").append(escaped(step)).append('\n'));
        }
        text.append('_').append(escaped(footer)).append('_');
        return text.length() <= LONGEST ? text.toString() : text.substring(0, LONGEST - 1) + "…";
    }

    /** The three characters that can make a link or a mention. */
    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
