package io.sluice.jobs.handlers;

import io.sluice.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Turns what a handler returned into the JSON that is kept, or says why it cannot be kept. */
public final class Results {
    private static final int MOST_BYTES = 1_048_576;

    private Results() {}

    /** A result that no retry makes fit; the message is the error of its job. */
    public static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        UnfitException(String reason) {
            super(reason);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }

    /**
     * Writes it.
     *
     * @param masking takes secrets out of the JSON; its outcome is what has to fit
     */
    public static String write(Map<String, ?> result, UnaryOperator<String> masking) throws UnfitException {
        String json;
        try {
            json = masking.apply(Json.write(result));
        } catch (IllegalStateException noJson) {
            throw new UnfitException("The handler's result has no JSON form.");
        }
        if (json.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new UnfitException("The handler's result is larger than 1 MiB.");
        }
        return json;
    }
}
