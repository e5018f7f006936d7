package io.sluice.quotas.check;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which projects to check, and whether anything is to follow from it.
 *
 * @param checkAll true: every active project; excludes {@code projectIds}
 * @param projectIds exactly these, as far as they are active; excludes {@code checkAll}
 * @param metrics only limits of these metrics; null: all
 * @param enforceLimits false: report what would be done and do nothing; null counts as true
 */
@AllOrSome
public record CheckUsageLimits(
        @Nullable Boolean checkAll,

        @Nullable @Size(min = 1, max = 10_000, message = "must name 1 to 10000 projects.")
        List<@NotNull(message = "must not be null.") String> projectIds,

        @Nullable @KnownMetrics @Size(min = 1, max = 1_000, message = "must name at least one metric, or be left out.")
        List<@NotNull(message = "must not be null.") String> metrics,

        @Nullable Boolean enforceLimits) {

    boolean enforces() {
        return !Boolean.FALSE.equals(enforceLimits);
    }
}
