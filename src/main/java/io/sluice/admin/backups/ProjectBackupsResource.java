package io.sluice.admin.backups;

import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.backups.BackupSchedules;
import io.sluice.backups.Backups;
import io.sluice.database.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The backups of one project. */
@RequestScoped
@Path("projects/{id}/backups")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backups")
public class ProjectBackupsResource {
    @Inject
    Backups backups;

    @Inject
    BackupSchedules schedules;

    @Inject
    Caller caller;

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Backs a project up; answers with the job, 200 with the one that is at it already")
    @APIResponse(responseCode = "202", description = "The job")
    @APIResponse(responseCode = "200", description = "The job that is at it already")
    public Response create(@PathParam("id") String id) {
        caller.requireProject(id);
        Backups.Requested requested = backups.request(id, null);
        BackupJobJson job = BackupJobJson.of(requested.job());
        return Response.status(requested.created() ? Response.Status.ACCEPTED : Response.Status.OK)
                .location(URI.create("/v1/jobs/" + job.id()))
                .entity(job)
                .build();
    }

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists a project's backups, newest first")
    @APIResponse(responseCode = "200", description = "A page of backups")
    public Page<BackupJson> list(@PathParam("id") String id, @BeanParam Paging paging) {
        caller.requireProject(id);
        boolean everything = caller.projects().isEmpty();
        return backups.list(id, paging.limit(), paging.cursor()).map(backup -> BackupJson.of(backup, everything));
    }

    @GET
    @Path("stats")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Counts a project's backups and what they take")
    @APIResponse(responseCode = "200", description = "The figures")
    public BackupStatsJson stats(@PathParam("id") String id) {
        caller.requireProject(id);
        return BackupStatsJson.of(backups.stats(id));
    }

    @GET
    @Path("schedule")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows when a project is backed up by itself")
    @APIResponse(responseCode = "200", description = "The schedule")
    public BackupScheduleJson schedule(@PathParam("id") String id) {
        caller.requireProject(id);
        return BackupScheduleJson.of(schedules.get(id));
    }

    @PUT
    @Path("schedule")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Has a project backed up by itself, first after one interval")
    @APIResponse(responseCode = "200", description = "The schedule")
    public BackupScheduleJson putSchedule(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid BackupScheduleChangeJson body) {
        caller.requireProject(id);
        return BackupScheduleJson.of(schedules.put(id, body.intervalHours(), body.retentionDays()));
    }

    @DELETE
    @Path("schedule")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Leaves a project's backups to people again")
    @APIResponse(responseCode = "204", description = "Done")
    public void deleteSchedule(@PathParam("id") String id) {
        caller.requireProject(id);
        schedules.remove(id);
    }
}
