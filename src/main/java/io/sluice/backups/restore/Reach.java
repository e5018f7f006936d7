package io.sluice.backups.restore;

/**
 * What the open transaction has done so far outside one tenant's schema. Two of them, taken before and after a dump, say
 * what the dump and the tenant's own functions that it called have reached for.
 *
 * @param written rows inserted, updated and deleted in tables of others, ours and other tenants'
 * @param read looks into our own tables
 * @param locked tables of ours that are locked for a change, and tables of other tenants that are locked for a rebuild
 * @param defined functions, tables, schemas and memberships of others that were defined or granted anew
 */
record Reach(long written, long read, long locked, long defined) {}
