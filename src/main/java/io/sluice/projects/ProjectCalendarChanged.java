package io.sluice.projects;

/**
 * A project's time zone or anchor day was changed, so that its periods begin at other instants. Fired in the
 * transaction that does it, after the change.
 */
public record ProjectCalendarChanged(String projectId) {}
