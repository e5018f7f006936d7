package io.sluice.backups.retention;

/** Nothing to choose: every backup that is due is begun. */
public record StartScheduledBackups() {}
