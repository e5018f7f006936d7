/**
 * The append-only record of who did what to which thing. Entries are written in the transaction of the change they
 * describe, so there is never one without the other; nothing updates or deletes them.
 */
@MayUse({"database", "json"})
@NullMarked
package io.sluice.audit;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
