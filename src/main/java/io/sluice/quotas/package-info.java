/** Plans, quotas, effective limits, and the check that warns and suspends. */
@MayUse({"audit", "database", "events", "jobs", "json", "logging", "projects", "startup", "usage"})
@NullMarked
package io.sluice.quotas;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
