package io.sluice.jobs.attempts;

import io.sluice.jobs.sealing.Redaction;
import org.jspecify.annotations.Nullable;

/** Texts in a form that PostgreSQL takes. */
public final class Text {
    private static final int LONGEST_ERROR = 4_000;

    private Text() {}

    /** Without NUL characters, which PostgreSQL refuses, and at most {@code longest} characters. */
    public static String bounded(@Nullable String text, int longest) {
        String clean = String.valueOf(text).replace('\0', ' ');
        return clean.length() <= longest ? clean : clean.substring(0, longest - 1) + "…";
    }

    /** What an operator reads about a failure: the kind of error and what it says. */
    public static String of(Throwable error) {
        return of(error, Redaction.NONE);
    }

    /** Masks first, so that no part of a secret is left where a long text is cut. */
    static String of(Throwable error, Redaction redaction) {
        String message = error.getMessage();
        String name = error.getClass().getSimpleName();
        return bounded(message == null ? name : name + ": " + redaction.text(message), LONGEST_ERROR);
    }

    /** A reason that a handler gave. */
    public static String of(String reason) {
        return bounded(reason, LONGEST_ERROR);
    }
}
