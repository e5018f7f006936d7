/**
 * The job {@code reseal_secrets}: moves what features keep under seal to the current master key, so that the one before it
 * can be taken away. Private to {@code secrets}.
 */
@MayUse({"audit", "jobs", "logging"})
@NullMarked
package io.sluice.secrets.resealing;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
