package io.sluice.admin;

import io.sluice.InvalidInputException;
import io.sluice.SluiceException;
import io.sluice.database.Contention;
import io.sluice.database.Outage;
import io.sluice.logging.EventLog;
import io.sluice.problems.Problem;
import io.sluice.problems.ProblemCode;
import io.sluice.problems.RequestIds;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.time.Duration;
import java.util.List;

/** Turns whatever a call throws into a problem document; what is a fault of ours is logged and its text kept back. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final EventLog LOG = EventLog.of(ProblemMapper.class);

    @Context
    HttpServletRequest request;

    @Override
    public Response toResponse(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SluiceException broken) {
                return answer(broken);
            }
            if (cause instanceof ConstraintViolationException violated) {
                return answer(new InvalidInputException(ViolationMapper.errors(violated)));
            }
            if (cause instanceof RefusedException refused) {
                return answer(refused);
            }
        }
        if (thrown instanceof WebApplicationException refused) {
            return answer(refused);
        }
        if (Outage.caused(thrown)) {
            LOG.error("database not available", thrown);
            return answer(problem(
                    ProblemCode.SERVICE_UNAVAILABLE, "The database does not answer at present; try again shortly."));
        }
        if (Contention.caused(thrown)) {
            LOG.info("request gave way to another", "request_id", RequestIds.of(request));
            return answer(
                    problem(ProblemCode.SERVICE_UNAVAILABLE, "Another request got in the way of this one; repeat it."));
        }
        LOG.error("request failed", thrown);
        return answer(failure());
    }

    private Response answer(SluiceException broken) {
        int status = status(broken.kind());
        ProblemCode code = ProblemCode.named(broken.code())
                .filter(named -> named.status() == status)
                .orElseGet(() -> ProblemCode.ofStatus(status));
        return answer(Problem.of(
                code,
                String.valueOf(broken.getMessage()),
                request.getRequestURI(),
                RequestIds.of(request),
                broken.errors()));
    }

    private Response answer(RefusedException refused) {
        Response answer = answer(
                problem(refused.code(), String.valueOf(refused.getMessage())).withRetryable(refused.retryable()));
        Duration retryAfter = refused.retryAfter();
        return retryAfter == null
                ? answer
                : Response.fromResponse(answer)
                        .header(HttpHeaders.RETRY_AFTER, retryAfter.toSeconds())
                        .build();
    }

    private static int status(SluiceException.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case STALE -> 412;
            case MISMATCH -> 422;
            case UNAVAILABLE -> 503;
        };
    }

    /** What the platform refused by itself. */
    private Response answer(WebApplicationException refused) {
        Response original = refused.getResponse();
        if (original.getStatus() < 400) {
            return original;
        }
        ProblemCode code = ProblemCode.ofStatus(original.getStatus());
        if (code == ProblemCode.INTERNAL_ERROR) {
            LOG.error("request failed", refused);
            return answer(failure());
        }
        Response.ResponseBuilder answer = Response.fromResponse(answer(problem(code, detail(code))));
        List<Object> allow = original.getHeaders().get(HttpHeaders.ALLOW);
        if (allow != null) {
            allow.forEach(methods -> answer.header(HttpHeaders.ALLOW, methods));
        }
        return answer.build();
    }

    private static String detail(ProblemCode code) {
        return switch (code) {
            case NOT_FOUND -> "There is nothing at this path; /openapi lists every route.";
            case METHOD_NOT_ALLOWED -> "This path does not offer this method; the header Allow says which it does.";
            case NOT_ACCEPTABLE -> "This call answers application/json; accept that.";
            case UNSUPPORTED_MEDIA_TYPE -> "Send the body as Content-Type: application/json.";
            default -> code.title() + ".";
        };
    }

    private Problem failure() {
        return problem(ProblemCode.INTERNAL_ERROR, "Sluice failed on this request; its log names the request id.");
    }

    private Problem problem(ProblemCode code, String detail) {
        return Problem.of(code, detail, request.getRequestURI(), RequestIds.of(request));
    }

    private static Response answer(Problem problem) {
        return Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(problem)
                .build();
    }
}
