package io.sluice.backups.archive;

/** A table of a tenant and how many rows it had when it was dumped. */
public record TableRows(String name, long rows) {}
