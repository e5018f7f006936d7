/**
 * Where archives are kept: a folder or an S3-compatible service, chosen by the configuration. Private to {@code backups}.
 */
@MayUse
@NullMarked
package io.sluice.backups.store;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
