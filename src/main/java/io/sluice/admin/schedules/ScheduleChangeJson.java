package io.sluice.admin.schedules;

import io.sluice.InvalidInputException;
import io.sluice.jobs.Schedules.Change;
import io.sluice.jobs.Schedules.Overlap;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to change about a schedule; what is left out stays as it is.
 *
 * @param every a fixed rate such as PT15M, in the place of cron
 * @param catchUp how many of the latest missed slots are made up for
 * @param jitterSeconds longest random delay of a slot's job
 */
public record ScheduleChangeJson(
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

    Change toChange() {
        return new Change(
                description,
                cron,
                duration(every),
                timeZone,
                payload,
                enabled,
                overlap,
                catchUp,
                jitterSeconds == null ? null : Duration.ofSeconds(jitterSeconds));
    }

    private static @Nullable Duration duration(@Nullable String text) {
        try {
            return text == null ? null : Duration.parse(text);
        } catch (DateTimeParseException wrong) {
            throw new InvalidInputException("every", "must be a duration such as PT15M.");
        }
    }
}
