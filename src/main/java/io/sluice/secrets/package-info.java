/**
 * Key material and what is done with it: one master key outside the database, one derived key per purpose, keyed hashes
 * for secrets that are only recognised and sealing for secrets that must be used again. Knows no feature.
 */
@MayUse({"logging", "startup"})
@NullMarked
package io.sluice.secrets;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
