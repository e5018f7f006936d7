/**
 * The job types of this node: handlers found by CDI, their policies, how payloads are read, and what operators set per
 * type. Nothing runs here. Private to {@code jobs}.
 */
@MayUse
@NullMarked
package io.sluice.jobs.handlers;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
