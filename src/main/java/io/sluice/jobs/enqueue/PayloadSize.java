package io.sluice.jobs.enqueue;

import io.sluice.InvalidInputException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.regex.Pattern;

/** How large a payload may be, of a job and of whatever enqueues jobs later: 1 MiB as the database writes it. */
@ApplicationScoped
public class PayloadSize {
    private static final int SURELY_FITS = 262_144;

    /** The database writes {@code 1e300} with all its digits, and {@code 1e-300} too. */
    private static final Pattern EXPONENT = Pattern.compile("[:,\\[]-?\\d[\\d.]*[eE][+-]?\\d");

    @Inject
    JobRepository jobs;

    /**
     * Lets pass what fits. What may be too large is measured by the database, in the caller's transaction; this has none of
     * its own, because a transaction's interceptor would cost more than all else that a small payload needs.
     *
     * @param payload JSON
     * @throws InvalidInputException naming {@code field}
     */
    public void check(String field, String payload) {
        boolean mayBeTooLarge =
                payload.length() > SURELY_FITS || EXPONENT.matcher(payload).find();
        if (mayBeTooLarge && !jobs.fits(payload)) {
            throw new InvalidInputException(field, "must be at most 1,048,576 bytes as JSON.");
        }
    }
}
