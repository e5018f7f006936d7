package io.sluice.problems;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.SluiceException.FieldError;
import io.sluice.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A problem document.
 *
 * @param type where the code is explained, relative to this server
 * @param title the same for every occurrence of the code
 * @param status the HTTP status of the answer
 * @param detail what is wrong this time and what to do about it; nothing internal
 * @param instance the path that was asked for
 * @param code stable, for programs
 * @param retryable whether the very same request may succeed later
 * @param requestId the id under which logs and audit entries know the request
 * @param errors the members of the request at fault; left out where there is none
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        String code,
        boolean retryable,
        String requestId,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldError> errors) {
    /** The media type of every problem document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** A problem of a known code. */
    public static Problem of(ProblemCode code, String detail, String instance, String requestId) {
        return of(code, detail, instance, requestId, List.of());
    }

    public static Problem of(
            ProblemCode code, String detail, String instance, String requestId, List<FieldError> errors) {
        return new Problem(
                "/errors#" + code.name(),
                code.title(),
                code.status(),
                detail,
                instance,
                code.name(),
                code.retryable(),
                requestId,
                errors);
    }

    /** The same problem, where a retry can help or cannot, unlike the code's rule. */
    public Problem withRetryable(boolean own) {
        return new Problem(type, title, status, detail, instance, code, own, requestId, errors);
    }

    /** UTF-8 JSON, for doors that write bytes. */
    public byte[] bytes() {
        return Json.write(this).getBytes(StandardCharsets.UTF_8);
    }
}
