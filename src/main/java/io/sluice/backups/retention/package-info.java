/**
 * What happens to backups by the calendar: they are begun, told of before they expire, and removed. Private to {@code
 * backups}.
 */
@MayUse
@NullMarked
package io.sluice.backups.retention;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
