/**
 * Makes archives: the job, the dump of the tenant schema, the records beside it, the manifest, and the reading back. Private
 * to {@code backups}.
 */
@MayUse
@NullMarked
package io.sluice.backups.archive;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
