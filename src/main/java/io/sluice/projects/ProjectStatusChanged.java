package io.sluice.projects;

/** A person gave a project another status. Fired in the transaction that does it, before its end. */
public record ProjectStatusChanged(String projectId, ProjectStatus from, ProjectStatus to) {}
