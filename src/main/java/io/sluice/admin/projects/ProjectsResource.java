package io.sluice.admin.projects;

import io.sluice.InvalidInputException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.admin.Versions;
import io.sluice.database.Page;
import io.sluice.projects.Project;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.Projects;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Projects over HTTP. An owner sees its own; every other one is not found. */
@RequestScoped
@Path("projects")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Projects")
public class ProjectsResource {
    @Inject
    Projects projects;

    @Inject
    Caller caller;

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Makes an active project")
    @APIResponse(responseCode = "201", description = "The project")
    public Response create(
            @NotNull(message = "is required: send a JSON object.") @Valid NewProjectJson body, @Context UriInfo uri) {
        if (Boolean.TRUE.equals(body.provision())) {
            throw new InvalidInputException(
                    "provision", "is not available in this version; leave it out or send false.");
        }
        Project project = projects.create(body.toProject());
        return Response.created(uri.getAbsolutePathBuilder().path(project.id()).build())
                .tag(Versions.etag(project.version()))
                .entity(ProjectJson.of(project))
                .build();
    }

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists projects, newest first; q searches in ids and names")
    public Page<ProjectJson> list(
            @QueryParam("status") @Nullable String status,
            @QueryParam("q") @Nullable String text,
            @BeanParam Paging paging) {
        if (text != null && (text.length() > 200 || text.chars().anyMatch(Character::isISOControl))) {
            throw new InvalidInputException("q", "must be at most 200 characters on one line.");
        }
        Projects.Query query = new Projects.Query(
                status == null ? null : status(status), text, caller.projects().orElse(null));
        return projects.list(query, paging.limit(), paging.cursor()).map(ProjectJson::of);
    }

    @GET
    @Path("{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows one project")
    public Response get(@PathParam("id") String id) {
        caller.requireProject(id);
        return answer(projects.get(id));
    }

    @PATCH
    @Path("{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Changes some members of a project; honours If-Match")
    public Response change(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid ProjectChangeJson body,
            @Context HttpHeaders headers) {
        caller.requireProject(id);
        if (body.changesNothing()) {
            throw new InvalidInputException(
                    "body",
                    "must name at least one of name, owner_email, plan, environment, time_zone and anchor_day.");
        }
        return answer(projects.change(id, body.toChange(), Versions.expected(headers)));
    }

    @PUT
    @Path("{id}/status")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Activates, archives or deletes a project; suspending and resolving have calls of their own")
    public Response changeStatus(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid ProjectStatusJson body,
            @Context HttpHeaders headers) {
        caller.requireProject(id);
        return answer(projects.changeStatus(id, status(body.status()), body.reason(), Versions.expected(headers)));
    }

    private static ProjectStatus status(String word) {
        return ProjectStatus.of(word)
                .orElseThrow(() -> new InvalidInputException(
                        "status", "must be created, active, suspended, archived or deleted."));
    }

    private static Response answer(Project project) {
        return Response.ok(ProjectJson.of(project))
                .tag(Versions.etag(project.version()))
                .build();
    }
}
