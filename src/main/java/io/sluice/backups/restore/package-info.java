/**
 * Gives data back from an archive, all or nothing, in the transaction that completes the job. Private to {@code backups}.
 */
@MayUse
@NullMarked
package io.sluice.backups.restore;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
