package io.sluice.problems;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;

/** The id of a request: the caller's own, when it is usable, or one of ours. */
public final class RequestIds {
    /** The header that brings the id and returns it. */
    public static final String HEADER = "X-Request-Id";

    private static final String ATTRIBUTE = RequestIds.class.getName();
    private static final int LONGEST = 128;

    private RequestIds() {}

    /** The id of this request, the same at every call. */
    public static String of(HttpServletRequest request) {
        Object known = request.getAttribute(ATTRIBUTE);
        if (known instanceof String id) {
            return id;
        }
        String sent = request.getHeader(HEADER);
        String id = sent != null && isUsable(sent) ? sent : UUID.randomUUID().toString();
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    private static boolean isUsable(String id) {
        return !id.isEmpty()
                && id.length() <= LONGEST
                && id.chars().allMatch(character -> character > ' ' && character < 0x7f);
    }
}
