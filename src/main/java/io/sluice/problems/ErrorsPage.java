package io.sluice.problems;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The page that the {@code type} of every problem document leads to: what each code means and what to do about it. */
@WebServlet(name = "errors", urlPatterns = "/errors")
public class ErrorsPage extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        StringBuilder page = new StringBuilder("""
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <title>Errors of Sluice</title>
                <h1>Errors of Sluice</h1>
                <dl>
                """);
        for (ProblemCode code : ProblemCode.values()) {
            page.append("<dt id=\"%s\"><code>%s</code> (%d, retry %s): %s</dt><dd>%s</dd>%n"
                    .formatted(
                            code.name(),
                            code.name(),
                            code.status(),
                            code.retryable() ? "may help" : "does not help",
                            code.title(),
                            code.advice()));
        }
        response.setContentType("text/html;charset=UTF-8");
        response.getWriter().append(page).append("</dl>\n</html>\n");
    }
}
