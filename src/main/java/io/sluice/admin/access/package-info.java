/** Calls about who may call and what was done: access tokens and the audit log. */
@MayUse
@NullMarked
package io.sluice.admin.access;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
