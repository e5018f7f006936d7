package io.sluice.notifications;

import java.util.List;

/**
 * What a notice says, in words, before it is given the form of a channel. Plain text throughout: whoever renders it
 * escapes it.
 *
 * @param subject one line of at most 200 characters, whatever it was made of
 * @param headline one short sentence
 * @param text what happened, paragraph by paragraph
 * @param facts figures and times, in the order in which they are shown
 * @param steps what to do next, most useful first
 */
public record Message(String subject, String headline, List<String> text, List<Fact> facts, List<String> steps) {
    private static final int LONGEST_SUBJECT = 200;

    public Message {
        String line = subject.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
        subject = line.length() <= LONGEST_SUBJECT ? line : line.substring(0, LONGEST_SUBJECT - 1) + "…";
        text = List.copyOf(text);
        facts = List.copyOf(facts);
        steps = List.copyOf(steps);
    }

    /** One figure. */
    public record Fact(String label, String value) {}
}
