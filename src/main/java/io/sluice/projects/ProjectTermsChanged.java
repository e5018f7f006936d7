package io.sluice.projects;

/**
 * A project's plan or environment was changed, so that other limits may hold, or hold more strictly. Fired in the
 * transaction that does it, after the change.
 */
public record ProjectTermsChanged(String projectId) {}
