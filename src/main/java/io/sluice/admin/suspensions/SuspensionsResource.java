package io.sluice.admin.suspensions;

import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.projects.Suspensions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The suspensions of a project over HTTP. */
@RequestScoped
@Path("projects/{id}/suspensions")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Suspensions")
public class SuspensionsResource {
    @Inject
    Suspensions suspensions;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists the suspensions of a project, open and resolved, newest first")
    @APIResponse(responseCode = "200", description = "A page of suspensions")
    public Page<SuspensionJson> list(@PathParam("id") String id, @BeanParam Paging paging) {
        caller.requireProject(id);
        return suspensions.list(id, paging.limit(), paging.cursor()).map(SuspensionJson::of);
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Suspends an active project")
    @APIResponse(responseCode = "201", description = "The suspension")
    public Response suspend(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid SuspensionReasonJson body) {
        caller.requireProject(id);
        return Response.status(Response.Status.CREATED)
                .entity(SuspensionJson.of(suspensions.suspend(id, body.reason())))
                .build();
    }

    @POST
    @Path("resolve")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Ends the open suspension: the project is active again, until keep_active_until in any case")
    @APIResponse(responseCode = "200", description = "The suspension as it ended")
    public SuspensionJson resolve(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid ResolutionJson body) {
        caller.requireProject(id);
        return SuspensionJson.of(suspensions.resolve(id, body.reason(), body.keepActiveUntil()));
    }
}
