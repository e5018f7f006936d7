/** Calls about backups: make, list, hand out, give back, delete, when they are made, and where a tenant's data lies. */
@MayUse
@NullMarked
package io.sluice.admin.backups;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
