package io.sluice.backups.retention;

import org.jspecify.annotations.Nullable;

/**
 * Which backups to look at.
 *
 * @param projectId only this project's; null: all
 */
public record NotifyBackupExpiration(@Nullable String projectId) {}
