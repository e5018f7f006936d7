package io.sluice.notifications;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What people are told of. Most kinds are kinds of event and bear their names; the others are found out by looking. */
public enum NoticeKind {
    /** Usage came near a limit or reached it. */
    QUOTA_THRESHOLD_REACHED("quota.threshold.reached", true, false),
    /** A project was suspended. Owners can't refuse to hear it. */
    PROJECT_SUSPENDED("project.suspended", true, false),
    /** A project is active again. */
    PROJECT_RESUMED("project.resumed", true, false),
    /** A project was put aside. */
    PROJECT_ARCHIVED("project.archived", true, false),
    /** A key was found in public. */
    KEY_LEAKED("key.leaked", true, true),
    /** A key has run out. */
    KEY_EXPIRED("key.expired", true, false),
    /** A backup could not be made. */
    BACKUP_FAILED("backup.failed", true, true),
    /** A backup is removed soon. */
    BACKUP_EXPIRING("backup.expiring", true, false),
    /** A webhook is not called any more. */
    WEBHOOK_DISABLED("webhook.disabled", true, true),
    /** Something looks like abuse. */
    ABUSE_SUSPECTED("abuse.suspected", false, true),
    /** Slots of a schedule passed while no node ran. */
    SCHEDULE_MISSED("schedule.missed", false, true),
    /** Many jobs failed for good within an hour. */
    DEAD_LETTERS("operations.dead_letters", false, true),
    /** The database comes near one of its limits. */
    DATABASE_LIMITS("operations.database_limits", false, true),
    /** Java and PostgreSQL don't agree when days begin. */
    TIME_ZONES("operations.time_zones", false, true);

    private final String word;
    private final boolean forOwners;
    private final boolean forOperators;

    NoticeKind(String word, boolean forOwners, boolean forOperators) {
        this.word = word;
        this.forOwners = forOwners;
        this.forOperators = forOperators;
    }

    /** The kind as the database and the API write it. */
    public String word() {
        return word;
    }

    /** Whether a project's owner is told. */
    public boolean forOwners() {
        return forOwners;
    }

    /** Whether operators are told. */
    public boolean forOperators() {
        return forOperators;
    }

    /** Whether its owner is told whatever the project's preferences say. */
    public boolean required() {
        return this == PROJECT_SUSPENDED;
    }

    /** The kind of a word. */
    public static Optional<NoticeKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    /** The kinds that owners are told of. */
    public static List<NoticeKind> ofOwners() {
        return Arrays.stream(values()).filter(NoticeKind::forOwners).toList();
    }
}
