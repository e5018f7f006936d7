/**
 * The vocabulary of background work: a job, its states, its queue, handlers and their policies. Knows no feature: each
 * feature owns its handlers, which are found by CDI. How jobs are stored, run and scheduled is private to the packages
 * below.
 */
@MayUse({"audit", "database", "events", "json", "startup", "logging", "secrets", "tracing"})
@NullMarked
package io.sluice.jobs;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
