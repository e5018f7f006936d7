/** The stream of events: who may hear which, the connections that are held open, and the one thread that feeds them. */
@MayUse
@NullMarked
package io.sluice.admin.events;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
