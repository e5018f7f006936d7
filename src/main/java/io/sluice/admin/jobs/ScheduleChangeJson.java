package io.sluice.admin.jobs;

import io.sluice.jobs.Schedules.Change;
import io.sluice.jobs.Schedules.Overlap;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What to change about a schedule; what is left out stays as it is. */
public record ScheduleChangeJson(
        @Nullable @Size(min = 9, max = 200, message = "must be five cron fields.")
        String cron,

        @Nullable @Size(min = 1, max = 100, message = "must be UTC or the name of a zone.")
        String timeZone,

        @Nullable Map<String, Object> payload,
        @Nullable Boolean enabled,
        @Nullable Overlap overlap,
        @Nullable Boolean catchUp) {

    Change toChange() {
        return new Change(cron, timeZone, payload, enabled, overlap, catchUp);
    }
}
