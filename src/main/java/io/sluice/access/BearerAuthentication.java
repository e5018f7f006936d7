package io.sluice.access;

import io.sluice.logging.EventLog;
import io.sluice.problems.ProblemAnswer;
import io.sluice.problems.ProblemCode;
import io.sluice.problems.RequestIds;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one gate: sees every request to this server before anything else of ours, probes and metrics included. Lets open
 * routes pass, and everyone else only with a bearer token.
 */
@ApplicationScoped
public class BearerAuthentication implements HttpAuthenticationMechanism {
    /** The request attribute that carries who calls. */
    static final String IDENTITY = Identity.class.getName();

    private static final EventLog LOG = EventLog.of(BearerAuthentication.class);
    private static final String SCHEME = "Bearer ";
    private static final int LONGEST_TOKEN = 512;
    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final Set<String> OF_LINKS = Set.of("GET", "HEAD", "POST");

    @Inject
    AccessSettings settings;

    @Inject
    Tokens tokens;

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        response.setHeader(RequestIds.HEADER, RequestIds.of(request));
        String path = request.getRequestURI();
        // The server takes ";jsessionid=…" out of the path before anyone sees it.
        if (!Paths.isPlain(path) || request.isRequestedSessionIdFromURL()) {
            return refuse(
                    request,
                    response,
                    ProblemCode.NOT_FOUND,
                    "There is nothing at this path; paths are written"
                            + " plainly, without escapes, parameters, dots or empty parts.");
        }
        if (request.getMethod().equals("TRACE")) {
            return refuse(request, response, ProblemCode.METHOD_NOT_ALLOWED, "TRACE is not offered anywhere.");
        }
        if (READING.contains(request.getMethod()) && Paths.isOpen(path, settings.metricsOpen())) {
            return context.doNothing();
        }
        if (OF_LINKS.contains(request.getMethod()) && Paths.isLink(path)) {
            return context.doNothing();
        }
        return authenticate(request, response, context);
    }

    private AuthenticationStatus authenticate(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        Optional<String> token = bearerToken(request.getHeader("Authorization"));
        if (token.isEmpty()) {
            return refuse(
                    request,
                    response,
                    ProblemCode.AUTHENTICATION_REQUIRED,
                    "Send an access token in the header" + " Authorization: Bearer <token>.");
        }
        Tokens.Verdict verdict;
        try {
            verdict = tokens.judge(token.get());
        } catch (RuntimeException databaseAway) {
            LOG.error("access token not checked", databaseAway, "request_id", RequestIds.of(request));
            return refuse(
                    request,
                    response,
                    ProblemCode.SERVICE_UNAVAILABLE,
                    "The access token cannot be checked at" + " present; try again shortly.");
        }
        if (verdict.expired()) {
            return refuse(
                    request,
                    response,
                    ProblemCode.TOKEN_EXPIRED,
                    "This access token has expired; ask an operator" + " for a new one.");
        }
        if (verdict.identity().isEmpty()) {
            return refuse(
                    request,
                    response,
                    ProblemCode.AUTHENTICATION_REQUIRED,
                    "This access token is unknown or" + " revoked; ask an operator for a new one.");
        }
        return admit(verdict.identity().get(), request, response, context);
    }

    /** The token of a well-formed bearer header (RFC 6750); empty for anything else. */
    static Optional<String> bearerToken(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String token = header.substring(SCHEME.length()).strip();
        boolean visible = token.chars().allMatch(character -> character > ' ' && character < 0x7f);
        return visible && !token.isEmpty() && token.length() <= LONGEST_TOKEN ? Optional.of(token) : Optional.empty();
    }

    private static AuthenticationStatus admit(
            Identity identity, HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        boolean readsAll =
                identity.role().equals(Roles.OPERATOR) || identity.role().equals(Roles.VIEWER);
        if (!readsAll && !Paths.isRest(request.getRequestURI())) {
            return refuse(
                    request,
                    response,
                    ProblemCode.PERMISSION_DENIED,
                    "The role " + identity.role() + " may call nothing but the REST API.");
        }
        request.setAttribute(IDENTITY, identity);
        return context.notifyContainerAboutLogin(identity.tokenId(), Set.of(identity.role()));
    }

    private static AuthenticationStatus refuse(
            HttpServletRequest request, HttpServletResponse response, ProblemCode code, String detail) {
        try {
            ProblemAnswer.send(request, response, code, detail);
            return AuthenticationStatus.SEND_FAILURE;
        } catch (IOException callerIsGone) {
            throw new UncheckedIOException(callerIsGone);
        }
    }
}
