package io.sluice.admin.notifications;

import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.notifications.Notices;
import io.sluice.projects.Projects;
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

/** What the owner of one project was told. */
@RequestScoped
@Path("projects/{id}/notifications")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Notifications")
public class ProjectNotificationsResource {
    @Inject
    Notices notices;

    @Inject
    Projects projects;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists the notices to the project's owner with their states, newest first")
    @APIResponse(responseCode = "200", description = "A page of notices")
    public Page<NotificationJson> list(
            @PathParam("id") String id, @BeanParam NoticeFilter filter, @BeanParam Paging paging) {
        caller.requireProject(id);
        projects.get(id);
        return notices.list(filter.query(id, "owner"), paging.limit(), paging.cursor())
                .map(NotificationJson::of);
    }
}
