/** Calls about jobs that come by the calendar: what there is, what operators add, change and run. */
@MayUse
@NullMarked
package io.sluice.admin.schedules;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
