package io.sluice.abuse.detection;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom to look at, and whether anything is to follow from it.
 *
 * @param checkAll true: every active project; excludes {@code projectIds}
 * @param projectIds exactly these, as far as they are active; excludes {@code checkAll}
 * @param enforceAction false: report what is found and write nothing; null counts as true
 */
@AllOrSome
public record DetectAbuse(
        @Nullable Boolean checkAll,

        @Nullable @Size(min = 1, max = 10_000, message = "must name 1 to 10000 projects.")
        List<@NotNull(message = "must not be null.") String> projectIds,

        @Nullable Boolean enforceAction) {

    boolean enforces() {
        return !Boolean.FALSE.equals(enforceAction);
    }
}
