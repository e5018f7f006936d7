package io.sluice.admin;

import io.sluice.InvalidInputException;
import io.sluice.json.StrictJson;
import io.sluice.problems.ProblemCode;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Checks what holds for the input of every call, once its caller is known to be allowed: only query parameters that the
 * call has, and a JSON body of bounded length where, and only where, the call takes one. Reads the body into memory,
 * never more of it than the bound.
 */
@Provider
@Priority(Priorities.ENTITY_CODER)
public class InputFilter implements ContainerRequestFilter {
    /** The request property that holds the body's bytes. */
    public static final String BODY = InputFilter.class.getName();

    /** What the server puts in the place of bytes that are no UTF-8. */
    private static final int UNREADABLE = 0xFFFD;

    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        if (request.getMethod().equals("OPTIONS")) {
            return;
        }
        Route route = Route.of(resource.getResourceMethod());
        checkQuery(route, request.getUriInfo().getQueryParameters());
        byte[] body = readBody(route, request);
        checkBody(route, request, body);
        request.setProperty(BODY, body);
        request.setEntityStream(new ByteArrayInputStream(body));
    }

    private static void checkQuery(Route route, Map<String, List<String>> query) {
        query.forEach((name, values) -> {
            Boolean repeatable = route.query().get(name);
            if (repeatable == null) {
                throw new InvalidInputException(printable(name), unknown(route));
            }
            if (values.size() > 1 && !repeatable) {
                throw new InvalidInputException(name, "must be given once.");
            }
            if (values.stream().anyMatch(InputFilter::cannotBeKept)) {
                throw new InvalidInputException(name, "must be valid UTF-8 without the character NUL.");
            }
        });
    }

    private static String unknown(Route route) {
        return route.query().isEmpty()
                ? "is not known: this call has no query parameters."
                : "is not known here; known are "
                        + String.join(", ", new TreeSet<>(route.query().keySet())) + ".";
    }

    private static boolean cannotBeKept(String value) {
        return value.codePoints()
                .anyMatch(
                        point -> point == 0 || point == UNREADABLE || Character.getType(point) == Character.SURROGATE);
    }

    private static String printable(String name) {
        String shown = name.replaceAll("[^\\p{Print}]", "?");
        return shown.length() <= 100 ? shown : shown.substring(0, 100) + "...";
    }

    private static byte[] readBody(Route route, ContainerRequestContext request) throws IOException {
        if (request.getLength() > route.mostBytes()) {
            throw tooLarge(route);
        }
        byte[] body = request.getEntityStream().readNBytes(route.mostBytes() + 1);
        if (body.length > route.mostBytes()) {
            throw tooLarge(route);
        }
        return body;
    }

    private static RefusedException tooLarge(Route route) {
        return new RefusedException(
                ProblemCode.PAYLOAD_TOO_LARGE,
                "The body of this call may have at most " + route.mostBytes() + " bytes; send less at once.");
    }

    private static void checkBody(Route route, ContainerRequestContext request, byte[] body) {
        if (body.length > 0 && !isPlainJson(request)) {
            throw new RefusedException(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "Send the body as Content-Type: application/json, in UTF-8 and not compressed.");
        }
        if (body.length == 0 && route.hasBody()) {
            throw new InvalidInputException("body", "is required: send a JSON object.");
        }
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (body.length > 0 && !route.hasBody() && !reads && !StrictJson.isEmptyObject(body)) {
            throw new InvalidInputException("body", "is not known: this call takes none.");
        }
    }

    private static boolean isPlainJson(ContainerRequestContext request) {
        MediaType type = request.getMediaType();
        String charset = type == null ? null : type.getParameters().get(MediaType.CHARSET_PARAMETER);
        String encoding = request.getHeaderString("Content-Encoding");
        return type != null
                && JsonBodies.isJson(type)
                && (charset == null || charset.equalsIgnoreCase("utf-8"))
                && (encoding == null || encoding.equalsIgnoreCase("identity"));
    }
}
