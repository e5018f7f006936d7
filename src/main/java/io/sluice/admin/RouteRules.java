package io.sluice.admin;

import io.sluice.access.Caller;
import jakarta.annotation.Priority;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.util.List;

/** Lets a caller past whose role the called method names. A method that names none is for nobody. */
@Provider
@Priority(Priorities.AUTHORIZATION)
public class RouteRules implements ContainerRequestFilter {
    @Context
    ResourceInfo route;

    @Inject
    Caller caller;

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getMethod().equals("OPTIONS")) {
            return;
        }
        RolesAllowed allowed = route.getResourceMethod().getAnnotation(RolesAllowed.class);
        if (allowed == null || !List.of(allowed.value()).contains(caller.role())) {
            throw new ForbiddenException();
        }
    }
}
