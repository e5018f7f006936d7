/**
 * Runs job handlers in their authors' tests: inline or by draining a queue in memory, on a clock that the test moves.
 * Built into a jar of its own, no part of the WAR.
 */
@MayUse
@NullMarked
package io.sluice.jobs.testkit;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
