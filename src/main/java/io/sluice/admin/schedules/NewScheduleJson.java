package io.sluice.admin.schedules;

import io.sluice.jobs.Schedules.Overlap;
import io.sluice.jobs.Schedules.Terms;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schedule to be made.
 *
 * @param cron minute, hour, day of month, month, day of week on the wall clock of the zone; either this or every
 * @param every a fixed rate such as PT15M, counted from 1970 on
 * @param timeZone left out: UTC
 * @param payload must fit the type's schema; left out: an empty object
 * @param enabled left out: true
 * @param overlap what happens while an earlier job has not finished; left out: skip
 * @param catchUp how many of the latest missed slots are made up for; left out: 1
 * @param jitterSeconds longest random delay of a slot's job; left out: 0
 */
public record NewScheduleJson(
        @NotNull(message = "is required.")
        @Pattern(regexp = "[A-Za-z0-9_-]{1,100}", message = "must have 1 to 100 letters, digits, _ and -.")
        String name,

        @NotNull(message = "is required; see GET /v1/job-types.")
        String jobType,

        @Nullable @Size(max = 500, message = "must have at most 500 characters.")
        String description,

        @Nullable @Size(min = 9, max = 200, message = "must be five cron fields.")
        String cron,

        @Nullable @Size(min = 2, max = 40, message = "must be a duration such as PT15M.")
        String every,

        @Nullable @Size(min = 1, max = 100, message = "must be UTC or the name of a zone.")
        String timeZone,

        @Nullable Map<String, Object> payload,
        @Nullable Boolean enabled,
        @Nullable Overlap overlap,

        @Nullable
        @Min(value = 0, message = "must be from 0 to 1000.")
        @Max(value = 1000, message = "must be from 0 to 1000.")
        Integer catchUp,

        @Nullable
        @Min(value = 0, message = "must be from 0 to 86400.")
        @Max(value = 86_400, message = "must be from 0 to 86400.")
        Integer jitterSeconds) {

    Terms toTerms() {
        return Terms.USUAL.changed(new ScheduleChangeJson(
                        description, cron, every, timeZone, payload, enabled, overlap, catchUp, jitterSeconds)
                .toChange());
    }
}
