package io.sluice.admin;

import io.sluice.InvalidInputException;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Entity tags for things that carry a version: {@code ETag: "7"} out, {@code If-Match: "7"} in. */
public final class Versions {
    private static final Pattern STRONG_TAG = Pattern.compile("\"(0|[1-9][0-9]{0,17})\"");

    private Versions() {}

    /** The tag of a version, for {@code Response.tag}. */
    public static EntityTag etag(long version) {
        return new EntityTag(Long.toString(version));
    }

    /**
     * The version that the caller decided on; empty when it did not say ({@code If-Match} missing or {@code *}).
     *
     * @throws InvalidInputException if the header is not exactly one strong tag of ours
     */
    public static OptionalLong expected(HttpHeaders headers) {
        List<String> sent = headers.getRequestHeader(HttpHeaders.IF_MATCH);
        if (sent == null
                || sent.isEmpty()
                || (sent.size() == 1 && sent.get(0).strip().equals("*"))) {
            return OptionalLong.empty();
        }
        Matcher tag = STRONG_TAG.matcher(sent.get(0).strip());
        if (sent.size() > 1 || !tag.matches()) {
            throw new InvalidInputException(
                    "If-Match", "must be the ETag of the answer you decided on, such as \"7\", or be left out.");
        }
        return OptionalLong.of(Long.parseLong(tag.group(1)));
    }
}
