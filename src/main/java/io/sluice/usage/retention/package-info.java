/** How long the ledger is kept. Whole months go, as partitions: nothing is deleted row by row. Private to {@code usage}. */
@MayUse({"retention", "startup"})
@NullMarked
package io.sluice.usage.retention;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
