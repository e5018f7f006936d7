package io.sluice.admin;

import io.sluice.InvalidInputException;
import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;

/** The two query parameters of every list; a {@code @BeanParam}. */
public class Paging {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;

    @QueryParam("limit")
    @Nullable
    String limit;

    @QueryParam("cursor")
    @Nullable
    String cursor;

    /** Most items of the page: 1 to 200, by default 50. */
    public int limit() {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        try {
            int number = Integer.parseInt(limit);
            if (number >= 1 && number <= MOST) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below, together with numbers out of range.
        }
        throw new InvalidInputException("limit", "must be a whole number from 1 to " + MOST + ".");
    }

    /** Where the page begins; null for the first. */
    public @Nullable String cursor() {
        return cursor;
    }
}
