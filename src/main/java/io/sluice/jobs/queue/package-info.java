/** The jobs table and its statements: enqueue, claim, finish, retry, cancel. Every change of state is one guarded statement. Private to {@code jobs}. */
@MayUse
@NullMarked
package io.sluice.jobs.queue;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
