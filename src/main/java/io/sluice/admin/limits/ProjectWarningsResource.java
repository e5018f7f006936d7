package io.sluice.admin.limits;

import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.notifications.Notices;
import io.sluice.quotas.Warnings;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The warnings of one project. */
@RequestScoped
@Path("projects/{id}/warnings")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Warnings")
public class ProjectWarningsResource {
    @Inject
    Warnings warnings;

    @Inject
    Notices notices;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists the warnings of a project, newest first")
    @APIResponse(responseCode = "200", description = "A page of warnings")
    public Page<WarningJson> list(@PathParam("id") String id, @BeanParam Paging paging) {
        caller.requireProject(id);
        return WarningJson.page(warnings.list(id, paging.limit(), paging.cursor()), notices);
    }
}
