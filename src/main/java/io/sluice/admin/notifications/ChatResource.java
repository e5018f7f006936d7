package io.sluice.admin.notifications;

import io.sluice.ConflictException;
import io.sluice.NotFoundException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.notifications.ProjectChats;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.Projects;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where the owner of a project is told over chat. */
@RequestScoped
@Path("projects/{id}/notification-chat")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Notifications")
public class ChatResource {
    @Inject
    ProjectChats chats;

    @Inject
    Projects projects;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows whether the owner is told over chat, and at which host")
    @APIResponse(responseCode = "200", description = "The chat")
    public ChatJson get(@PathParam("id") String id) {
        caller.requireProject(id);
        projects.get(id);
        return chats.find(id).map(ChatJson::of).orElseThrow(() -> new NotFoundException("chat of project", id));
    }

    @PUT
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Tells the owner over chat too, through an incoming webhook as Slack defines it")
    @APIResponse(responseCode = "200", description = "The chat")
    public ChatJson put(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid ChatChangeJson body) {
        caller.requireProject(id);
        if (projects.get(id).status() == ProjectStatus.DELETED) {
            throw new ConflictException("The project '" + id + "' is deleted; nobody is told of it any more.");
        }
        return ChatJson.of(chats.put(id, body.url()));
    }

    @DELETE
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Stops telling the owner over chat")
    @APIResponse(responseCode = "204", description = "Taken away")
    public void remove(@PathParam("id") String id) {
        caller.requireProject(id);
        projects.get(id);
        if (!chats.remove(id)) {
            throw new NotFoundException("chat of project", id);
        }
    }
}
