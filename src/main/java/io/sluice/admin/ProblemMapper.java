package io.sluice.admin;

import io.sluice.InvalidInputException;
import io.sluice.SluiceException;
import io.sluice.logging.EventLog;
import io.sluice.problems.Problem;
import io.sluice.problems.ProblemCode;
import io.sluice.problems.RequestIds;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.List;

/** Turns whatever a call throws into a problem document. */
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
                return answer(new InvalidInputException(Violations.errors(violated)));
            }
        }
        if (thrown instanceof RefusedException refused) {
            return answer(refused.code(), String.valueOf(refused.getMessage()));
        }
        if (thrown instanceof WebApplicationException refused) {
            return answer(refused);
        }
        if (Outage.caused(thrown)) {
            LOG.error("database not available", thrown);
            return answer(
                    ProblemCode.SERVICE_UNAVAILABLE, "The database does not answer at present; try again shortly.");
        }
        LOG.error("request failed", thrown);
        return answer(ProblemCode.INTERNAL_ERROR, "Sluice failed on this request; its log names the request id.");
    }

    private Response answer(SluiceException broken) {
        ProblemCode code =
                ProblemCode.named(broken.code()).orElseGet(() -> ProblemCode.ofStatus(status(broken.kind())));
        Problem problem = Problem.of(
                code,
                String.valueOf(broken.getMessage()),
                request.getRequestURI(),
                RequestIds.of(request),
                broken.errors());
        return Response.status(status(broken.kind()))
                .type(Problem.MEDIA_TYPE)
                .entity(problem)
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

    private Response answer(WebApplicationException refused) {
        Response original = refused.getResponse();
        if (original.getStatus() < 400) {
            return original;
        }
        ProblemCode code = ProblemCode.ofStatus(original.getStatus());
        if (code == ProblemCode.INTERNAL_ERROR) {
            LOG.error("request failed", refused);
        }
        String detail = switch (code) {
            case NOT_FOUND -> "There is nothing at this path; /openapi lists every route.";
            case METHOD_NOT_ALLOWED -> "This path does not offer this method; see the header Allow.";
            case NOT_ACCEPTABLE -> "This call answers application/json; accept that.";
            case UNSUPPORTED_MEDIA_TYPE -> "Send the body as Content-Type: application/json.";
            case INTERNAL_ERROR -> "Sluice failed on this request; its log names the request id.";
            default -> code.title() + ".";
        };
        Response.ResponseBuilder answer = Response.fromResponse(answer(code, detail));
        List<Object> allow = original.getHeaders().get("Allow");
        if (allow != null) {
            allow.forEach(method -> answer.header("Allow", method));
        }
        return answer.build();
    }

    private Response answer(ProblemCode code, String detail) {
        return Response.status(code.status())
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(code, detail, request.getRequestURI(), RequestIds.of(request)))
                .build();
    }
}
