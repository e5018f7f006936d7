/** The background jobs about keys, which only call what the calls call: rotate, revoke, expire. Private to {@code keys}. */
@MayUse
@NullMarked
package io.sluice.keys.work;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
