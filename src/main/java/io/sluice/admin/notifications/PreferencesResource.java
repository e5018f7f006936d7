package io.sluice.admin.notifications;

import io.sluice.ConflictException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.notifications.Preferences;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.Projects;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the owner of a project wants to be told of. */
@RequestScoped
@Path("projects/{id}/notification-preferences")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Notifications")
public class PreferencesResource {
    @Inject
    Preferences preferences;

    @Inject
    Projects projects;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists the kinds of notice that the owner can be told of, and which are wanted")
    @APIResponse(responseCode = "200", description = "What holds for each kind")
    public PreferencesJson get(@PathParam("id") String id) {
        caller.requireProject(id);
        projects.get(id);
        return PreferencesJson.of(preferences.of(id));
    }

    @PUT
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Says which kinds of notice are wanted; those left out are sent, suspensions always")
    @APIResponse(responseCode = "200", description = "What holds for each kind now")
    public PreferencesJson put(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid PreferencesChangeJson body) {
        caller.requireProject(id);
        if (projects.get(id).status() == ProjectStatus.DELETED) {
            throw new ConflictException("The project '" + id + "' is deleted; nobody is told of it any more.");
        }
        return PreferencesJson.of(preferences.replace(id, body.wishes()));
    }
}
