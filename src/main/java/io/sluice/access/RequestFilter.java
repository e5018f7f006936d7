package io.sluice.access;

import io.sluice.audit.Actor;
import io.sluice.logging.LogMembers;
import io.sluice.problems.RequestIds;
import jakarta.inject.Inject;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells the thread for whom it works while it serves a request, and makes it forget that afterwards: caller, actor and
 * log members. Stands first in {@code web.xml}; the authentication has run before any filter.
 */
public class RequestFilter implements Filter {
    @Inject
    Caller caller;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        String requestId = RequestIds.of(http);
        HttpServletResponse answer = (HttpServletResponse) response;
        answer.setHeader(RequestIds.HEADER, requestId);
        if (Paths.isRest(http.getRequestURI())) {
            answer.setHeader("Cache-Control", "no-store");
        }
        LogMembers.set("request_id", requestId);
        try {
            if (http.getAttribute(BearerAuthentication.IDENTITY) instanceof Identity identity) {
                caller.identify(identity);
                Actor.bind(new Actor(Actor.Kind.TOKEN, identity.tokenId(), requestId));
            }
            chain.doFilter(request, response);
        } finally {
            Actor.unbind();
            LogMembers.set("request_id", null);
        }
    }
}
