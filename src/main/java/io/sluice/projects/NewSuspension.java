package io.sluice.projects;

import java.util.List;

/**
 * A project that is to be suspended for the caps it has reached.
 *
 * @param reason one sentence for people
 * @param exceeded every reached cap; never empty
 */
public record NewSuspension(String projectId, String reason, List<ExceededCap> exceeded) {
    public NewSuspension {
        exceeded = List.copyOf(exceeded);
    }
}
