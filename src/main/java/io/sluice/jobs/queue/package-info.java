/**
 * The statements of the hot path of jobs that are there: claim, finish, rescue; and the nodes that hold jobs. Every change of
 * state is one guarded statement. Threads and handlers are not here. Private to {@code jobs}.
 */
@MayUse
@NullMarked
package io.sluice.jobs.queue;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
