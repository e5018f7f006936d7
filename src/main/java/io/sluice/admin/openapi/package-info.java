/**
 * The published description of every call, {@code /openapi}, worked out from the resource methods themselves: paths,
 * roles, parameters, bodies and statuses. The server's own scanner is off: it does not see bean parameters, the names of
 * JSON members, roles, or which refusals a call can give.
 */
@MayUse
@NullMarked
package io.sluice.admin.openapi;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
