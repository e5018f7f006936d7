package io.sluice.admin;

import io.sluice.access.Caller;
import io.sluice.problems.ProblemCode;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/** Lets a caller past whose role the called method names. A method that names none is for nobody. */
@Provider
@Priority(Priorities.AUTHORIZATION)
public class RoleFilter implements ContainerRequestFilter {
    @Context
    ResourceInfo resource;

    @Inject
    Caller caller;

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getMethod().equals("OPTIONS")) {
            return;
        }
        if (!Route.of(resource.getResourceMethod()).roles().contains(caller.role())) {
            throw new RefusedException(
                    ProblemCode.PERMISSION_DENIED, "The role " + caller.role() + " may not make this call.");
        }
    }
}
