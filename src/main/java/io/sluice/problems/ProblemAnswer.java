package io.sluice.problems;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes a problem document as the whole answer of a servlet request. */
public final class ProblemAnswer {
    private ProblemAnswer() {}

    /** Answers and commits; does nothing when the answer has already begun. */
    public static void send(HttpServletRequest request, HttpServletResponse response, ProblemCode code, String detail)
            throws IOException {
        send(request, response, Problem.of(code, detail, request.getRequestURI(), RequestIds.of(request)));
    }

    /** Answers and commits; does nothing when the answer has already begun. */
    public static void send(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.status());
        response.setHeader(RequestIds.HEADER, RequestIds.of(request));
        response.setHeader("Cache-Control", "no-store");
        if (problem.status() == HttpServletResponse.SC_UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"sluice\"");
        }
        byte[] body = problem.bytes();
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }
}
