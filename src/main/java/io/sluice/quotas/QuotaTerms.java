package io.sluice.quotas;

import io.sluice.SluiceException.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a quota grants, whoever gives it.
 *
 * @param metric name of a metric
 * @param period {@code day} or {@code month}
 * @param limit where warnings are measured; null: unlimited, 0: none
 * @param hardCap usage that suspends; null: never, 0: the first unit does
 * @param warnAt whole percents of the limit, ascending
 */
public record QuotaTerms(
        String metric,
        String period,
        @Nullable Long limit,
        @Nullable Long hardCap,
        List<Integer> warnAt) {
    /** Where projects are warned when nobody said otherwise. */
    public static final List<Integer> USUAL_WARNINGS = List.of(80, 90, 100);

    /** The largest quantity that every JSON reader keeps exact. */
    public static final long MOST = (1L << 53) - 1;

    private static final int MOST_BANDS = 10;
    private static final int HIGHEST_BAND = 1000;

    public QuotaTerms {
        warnAt = List.copyOf(warnAt);
    }

    /** The rules that these terms break, each under its member's name behind {@code prefix}. */
    List<FieldError> errors(String prefix) {
        List<FieldError> errors = new ArrayList<>();
        if (!period.equals("day") && !period.equals("month")) {
            errors.add(new FieldError(prefix + "period", "must be day or month."));
        }
        if (isOutside(limit)) {
            errors.add(new FieldError(prefix + "limit", "must be from 0 to " + MOST + ", or null for unlimited."));
        }
        if (isOutside(hardCap)) {
            errors.add(new FieldError(prefix + "hard_cap", "must be from 0 to " + MOST + ", or null for none."));
        }
        if (limit != null && hardCap != null && hardCap < limit) {
            errors.add(new FieldError(prefix + "hard_cap", "must not be below limit."));
        }
        if (!areBands(warnAt)) {
            errors.add(new FieldError(
                    prefix + "warn_at",
                    "must be at most " + MOST_BANDS + " whole percents from 1 to " + HIGHEST_BAND
                            + ", ascending, each once."));
        }
        return errors;
    }

    private static boolean isOutside(@Nullable Long quantity) {
        return quantity != null && (quantity < 0 || quantity > MOST);
    }

    private static boolean areBands(List<Integer> bands) {
        int last = 0;
        for (int band : bands) {
            if (band <= last || band > HIGHEST_BAND) {
                return false;
            }
            last = band;
        }
        return bands.size() <= MOST_BANDS;
    }
}
