/**
 * One event a line, with ids as members: what every feature uses to say that something happened. Formats and levels
 * belong to the server's logging configuration.
 */
@MayUse
@NullMarked
package io.sluice.logging;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
