/**
 * What people do with jobs that exist, and what they see of the queue: lists, figures, retry, cancel; and the end of jobs
 * that finished long ago. Private to {@code jobs}.
 */
@MayUse
@NullMarked
package io.sluice.jobs.operations;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
