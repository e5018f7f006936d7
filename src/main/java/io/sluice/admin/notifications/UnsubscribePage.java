package io.sluice.admin.notifications;

import io.sluice.audit.Actor;
import io.sluice.notifications.Unsubscribing;
import io.sluice.notifications.Unsubscribing.Offer;
import io.sluice.problems.RequestIds;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where the link of a mail leads. Needs no access token: the link is the permission. Reading it changes nothing, because
 * mail programs open links by themselves; a {@code POST} stops the mails, a person's by the button or a mail program's own
 * (RFC 8058), whatever its body.
 */
@WebServlet(name = "unsubscribe", urlPatterns = "/unsubscribe/*")
public class UnsubscribePage extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int MOST_PROJECTS = 10;
    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>Mails of Sluice</title>
            <link rel="stylesheet" href="../sluice.css">
            <h1>%s</h1>
            %s
            </html>
            """;

    @Inject
    transient Unsubscribing unsubscribing;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(response, unsubscribing.find(token(request)), "Stop these mails?", """
                <form method="post"><button>Stop them</button></form>
                """);
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Actor.bind(new Actor(Actor.Kind.SYSTEM, "unsubscribe-link", RequestIds.of(request)));
        answer(response, unsubscribing.stop(token(request)), "These mails are stopped", """
                <p>They are sent again once an owner or an operator says so in the project's notification preferences.</p>
                """);
    }

    private static String token(HttpServletRequest request) {
        String path = request.getPathInfo();
        return path == null ? "" : path.substring(1);
    }

    private static void answer(HttpServletResponse response, Optional<Offer> offer, String title, String end)
            throws IOException {
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        response.setContentType("text/html;charset=UTF-8");
        if (offer.isPresent()) {
            response.getWriter().write(PAGE.formatted(title, contents(offer.get()) + end));
        } else {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            response.getWriter()
                    .write(PAGE.formatted(
                            "This link is not valid any more",
                            "<p>Use the one in a later mail, or ask whoever runs Sluice.</p>"));
        }
    }

    /** Ids of projects and names of kinds need no escaping: neither can hold anything but letters, digits and dots. */
    private static String contents(Offer offer) {
        List<String> projects = offer.projects();
        int more = projects.size() - MOST_PROJECTS;
        return "<p>Mails to the owner of "
                + projects.stream().limit(MOST_PROJECTS).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "") + " about:</p>\n<ul>"
                + offer.kinds().stream().map(kind -> "<li>" + kind + "</li>").collect(Collectors.joining())
                + "</ul>\n<p>Suspensions are always told.</p>\n";
    }
}
