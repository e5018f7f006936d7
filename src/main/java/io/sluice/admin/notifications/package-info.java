/** Calls about what people are told: the notices and their states, and what owners want to be told of. */
@MayUse
@NullMarked
package io.sluice.admin.notifications;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
