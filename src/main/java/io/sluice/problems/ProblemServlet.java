package io.sluice.problems;

import io.sluice.logging.EventLog;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The error page of the whole server: turns what the container refuses or fails at into a problem document. */
@WebServlet(name = "problem", urlPatterns = "/problem")
public class ProblemServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final EventLog LOG = EventLog.of(ProblemServlet.class);

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean calledByName = request.getDispatcherType() != DispatcherType.ERROR;
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        ProblemCode code = calledByName || !(status instanceof Integer number)
                ? ProblemCode.NOT_FOUND
                : ProblemCode.ofStatus(number);
        if (code == ProblemCode.INTERNAL_ERROR) {
            Object failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
            LOG.error("request failed", failure instanceof Throwable cause ? cause : new ServerFailure(status));
        }
        String path = calledByName ? request.getRequestURI() : originalPath(request);
        ProblemAnswer.send(request, response, Problem.of(code, detail(code), path, RequestIds.of(request)));
    }

    private static String originalPath(HttpServletRequest request) {
        Object original = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        return original instanceof String path ? path : request.getRequestURI();
    }

    private static String detail(ProblemCode code) {
        return switch (code) {
            case NOT_FOUND -> "There is nothing at this path; /openapi lists every route.";
            case METHOD_NOT_ALLOWED -> "This path does not offer this method; /openapi lists every route.";
            case INTERNAL_ERROR -> "Sluice failed on this request; its log names the request id.";
            default -> code.title() + ".";
        };
    }

    /** Stands for a failure that the container reports without its cause. */
    private static final class ServerFailure extends Exception {
        private static final long serialVersionUID = 1L;

        ServerFailure(@Nullable Object status) {
            super("The server answered " + status + " without a cause.");
        }
    }
}
