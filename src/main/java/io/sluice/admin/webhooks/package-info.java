/** Calls about webhooks: who hears of what, what was sent, sending it again, and the catalogue of events. */
@MayUse
@NullMarked
package io.sluice.admin.webhooks;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
