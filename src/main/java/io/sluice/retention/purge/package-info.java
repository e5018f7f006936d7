/**
 * The job {@code purge}: removes what is older than its feature keeps it, kind by kind, in short transactions. Private to
 * {@code retention}.
 */
@MayUse({"jobs", "logging"})
@NullMarked
package io.sluice.retention.purge;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
