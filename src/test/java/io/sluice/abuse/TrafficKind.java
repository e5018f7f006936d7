package io.sluice.abuse;

/** The kinds of project in the labelled traffic, and how many of a thousand there are of each kind. */
public enum TrafficKind {
    STEADY(220, false),
    DAILY_SEASON(240, false),
    OFFICE_HOURS(170, false),
    BURSTY(100, false),
    NIGHTLY_BATCH(70, false),
    WEEKLY_BATCH(20, false),
    GROWING(30, false),
    CHRONIC_ERRORS(10, false),
    OUTAGE(30, false),
    LAUNCH(40, false),
    PLANNED_LAUNCH(10, false),
    NEW_CUSTOMER(30, false),
    NEARLY_IDLE(30, false),
    /** From one quarter of an hour to the next 12 to 100 times the usual busiest hour, for hours. */
    SCRAPER(450, true),
    /** The same, but it doubles every two to four hours. */
    SLOW_SCRAPER(100, true),
    /** The same, but two hours on and two hours off. */
    PAUSING_SCRAPER(50, true),
    /** 2.5 to 30 times the usual busiest hour, nearly all of it refused. */
    CREDENTIAL_STUFFING(250, true),
    /** A project that is new and floods from the first minute. */
    NEW_FLOOD(150, true);

    private final int perMille;
    private final boolean abusive;

    TrafficKind(int perMille, boolean abusive) {
        this.perMille = perMille;
        this.abusive = abusive;
    }

    /** How many of a thousand, among the abusive or among the others. */
    int perMille() {
        return perMille;
    }

    public boolean abusive() {
        return abusive;
    }
}
