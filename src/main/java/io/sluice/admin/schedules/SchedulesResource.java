package io.sluice.admin.schedules;

import io.sluice.access.Roles;
import io.sluice.admin.JobJson;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.Schedules;
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
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Jobs that come by the calendar. */
@RequestScoped
@Path("/schedules")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Schedules")
public class SchedulesResource {
    @Inject
    Schedules schedules;

    @Inject
    Jobs jobs;

    @Inject
    JobTypes types;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists schedules by name, with their last and next run")
    @APIResponse(responseCode = "200", description = "A page of schedules")
    public Page<ScheduleJson> list(@BeanParam Paging paging) {
        return schedules.list(paging.limit(), paging.cursor()).map(ScheduleJson::of);
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Makes a schedule: by cron fields on the wall clock of a zone, or at a fixed rate")
    @APIResponse(responseCode = "201", description = "The schedule")
    public Response create(@NotNull(message = "is required: send a JSON object.") @Valid NewScheduleJson body) {
        ScheduleJson made = ScheduleJson.of(schedules.create(body.name(), body.jobType(), body.toTerms()));
        return Response.created(URI.create("/v1/schedules/" + made.name()))
                .entity(made)
                .build();
    }

    @GET
    @Path("/{name}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Reads a schedule")
    @APIResponse(responseCode = "200", description = "The schedule")
    public ScheduleJson get(@PathParam("name") String name) {
        return ScheduleJson.of(schedules.get(name));
    }

    @PUT
    @Path("/{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Changes a schedule")
    @APIResponse(responseCode = "200", description = "The schedule as it is now")
    public ScheduleJson change(@PathParam("name") String name, @Valid ScheduleChangeJson change) {
        return ScheduleJson.of(schedules.change(name, change.toChange()));
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Deletes a schedule that an operator made; its jobs stay")
    @APIResponse(responseCode = "204", description = "It is gone")
    public void delete(@PathParam("name") String name) {
        schedules.delete(name);
    }

    @POST
    @Path("/{name}/run")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Enqueues the schedule's job now, beside its slots")
    @APIResponse(responseCode = "202", description = "The job")
    public Response run(@PathParam("name") String name) {
        UUID id = schedules.runNow(name);
        JobJson job = JobJson.of(jobs.get(id), List.of(), types);
        return Response.accepted(job).location(URI.create("/v1/jobs/" + id)).build();
    }

    @POST
    @Path("/{name}/pause")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Pauses a schedule: its slots pass unused")
    @APIResponse(responseCode = "200", description = "The schedule, paused")
    public ScheduleJson pause(@PathParam("name") String name) {
        return ScheduleJson.of(schedules.pause(name));
    }

    @POST
    @Path("/{name}/resume")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Resumes a schedule from its next slot on")
    @APIResponse(responseCode = "200", description = "The schedule, enabled")
    public ScheduleJson resume(@PathParam("name") String name) {
        return ScheduleJson.of(schedules.resume(name));
    }
}
