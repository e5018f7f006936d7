/** Who may call: access tokens, their roles, and how a request proves who sent it. */
@MayUse({"audit", "database", "logging", "problems", "startup"})
@NullMarked
package io.sluice.access;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
