package io.sluice.dev;

/** The one sentence that says why the development command cannot start. */
final class FailedStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedStart(String sentence) {
        super(sentence);
    }
}
