/**
 * The way to PostgreSQL: the pool's settings, migrations at start, the database's clock, LISTEN and NOTIFY, and keyset
 * paging. Knows no feature and no table of one. The only package in which {@code java.sql} may appear.
 */
@MayUse({"startup", "logging"})
@NullMarked
package io.sluice.database;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
