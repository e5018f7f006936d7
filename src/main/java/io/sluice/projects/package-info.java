/** A tenant's life: create, change, archive, delete; suspensions and how they are resolved. */
@MayUse({"audit", "database", "events", "json", "logging"})
@NullMarked
package io.sluice.projects;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
