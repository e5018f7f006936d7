package io.sluice.startup;

/** Ends the process after a start that cannot succeed. */
public final class StartupFailure {
    /** {@code EX_CONFIG} of sysexits.h: the environment is wrong and a restart alone will not help. */
    public static final int EXIT_CODE = 78;

    private StartupFailure() {}

    /**
     * Prints one sentence and ends the process at once. Halts, because an orderly exit from a start-up bean waits for
     * the very deployment that calls it and hangs the server.
     */
    public static void end(String sentence) {
        System.err.println("Sluice did not start: " + sentence);
        System.err.flush();
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
