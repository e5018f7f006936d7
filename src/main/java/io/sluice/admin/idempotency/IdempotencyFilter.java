package io.sluice.admin.idempotency;

import io.sluice.InvalidInputException;
import io.sluice.access.Caller;
import io.sluice.admin.InputFilter;
import io.sluice.json.Json;
import io.sluice.secrets.MasterKey;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.transaction.RollbackException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.Providers;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives every POST with an {@code Idempotency-Key} one execution and all its repetitions the same answer. Final answers
 * are kept: what worked, together with its effect; what was refused, after its effect was rolled back. Answers that a
 * repetition may change are not: 5xx and 429.
 */
@Provider
@Priority(Priorities.USER)
public class IdempotencyFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String HEADER = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";
    private static final String RUNNING = IdempotencyFilter.class.getName();
    private static final int LONGEST_KEY = 255;

    @Inject
    IdempotencyKeys keys;

    @Inject
    Caller caller;

    @Inject
    MasterKey masterKey;

    @Context
    Providers providers;

    @Override
    public void filter(ContainerRequestContext request) {
        String key = request.getHeaderString(HEADER);
        if (key == null || !request.getMethod().equals("POST")) {
            return;
        }
        if (key.isEmpty() || key.length() > LONGEST_KEY || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InvalidInputException(HEADER, "must be 1 to 255 visible ASCII characters.");
        }
        String target =
                request.getMethod() + " " + request.getUriInfo().getRequestUri().getRawPath() + "?"
                        + request.getUriInfo().getRequestUri().getRawQuery();
        KeyedRequest keyed = KeyedRequest.of(
                caller.tokenId(), key, target, (byte[]) request.getProperty(InputFilter.BODY), masterKey);
        keys.begin(keyed)
                .ifPresentOrElse(kept -> request.abortWith(replay(kept)), () -> request.setProperty(RUNNING, keyed));
    }

    private static Response replay(KeptAnswer kept) {
        Response.ResponseBuilder answer = Response.status(kept.status()).header(REPLAYED, "true");
        kept.headers().forEach((name, values) -> values.forEach(value -> answer.header(name, value)));
        if (!kept.body().isEmpty()) {
            answer.entity(kept.body().getBytes(StandardCharsets.UTF_8));
        }
        return answer.build();
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (!(request.getProperty(RUNNING) instanceof KeyedRequest keyed)) {
            return;
        }
        request.removeProperty(RUNNING);
        try {
            if (response.getStatus() < 400) {
                keys.finish(keyed, rendered(response));
            } else {
                keys.abandon();
                if (response.getStatus() < 500 && response.getStatus() != 429) {
                    keys.keepRefusal(keyed, rendered(response));
                }
            }
        } catch (RollbackException | RuntimeException failed) {
            keys.abandon();
            replace(response, failed);
        }
    }

    /** The answer as it is kept; the one that is sent is written now too, so that nothing can fail after the commit. */
    private static KeptAnswer rendered(ContainerResponseContext response) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        response.getStringHeaders().forEach((name, values) -> headers.put(name, new ArrayList<>(values)));
        headers.keySet().removeIf(name -> name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH));
        Object entity = response.getEntity();
        if (entity == null) {
            return new KeptAnswer(response.getStatus(), headers, "");
        }
        if (entity instanceof StreamingOutput) {
            throw new IllegalStateException("A call that acts must not stream its answer.");
        }
        String body = Json.write(entity);
        MediaType type = response.getMediaType() == null ? MediaType.APPLICATION_JSON_TYPE : response.getMediaType();
        headers.put(HttpHeaders.CONTENT_TYPE, List.of(type.toString()));
        response.setEntity(body.getBytes(StandardCharsets.UTF_8), new Annotation[0], type);
        return new KeptAnswer(response.getStatus(), headers, Secrets.without(body));
    }

    private void replace(ContainerResponseContext response, Exception failed) {
        Response problem = providers.getExceptionMapper(Throwable.class).toResponse(failed);
        response.getHeaders().clear();
        response.setStatus(problem.getStatus());
        response.setEntity(problem.getEntity(), new Annotation[0], problem.getMediaType());
    }
}
