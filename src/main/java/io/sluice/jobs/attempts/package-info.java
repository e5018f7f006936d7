/**
 * One execution of one job on this node: running its handler, stopping it, and recording how it ended. Which jobs run, and
 * when, is decided by the worker. Private to {@code jobs}.
 */
@MayUse
@NullMarked
package io.sluice.jobs.attempts;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
