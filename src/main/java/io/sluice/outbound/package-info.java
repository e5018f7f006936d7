/**
 * Calls to addresses that users choose. Every address is vetted when the target is registered and again when it is
 * called, the connection goes to a vetted address and to no other, and both directions are bounded in size and time.
 * What is sent, and when it is sent again, is not decided here.
 */
@MayUse("startup")
@NullMarked
package io.sluice.outbound;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
