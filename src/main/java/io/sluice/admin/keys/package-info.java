/** Calls about API keys: make, list, rotate, revoke, fetch a secret, verify, report a leak, read uses. */
@MayUse
@NullMarked
package io.sluice.admin.keys;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
