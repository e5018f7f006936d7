package io.sluice.admin.jobs;

import io.sluice.NotFoundException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.LargeBody;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.Jobs.Affected;
import io.sluice.jobs.Jobs.EnqueuedBatch;
import io.sluice.jobs.Jobs.NewBatch;
import io.sluice.jobs.NewJob;
import io.sluice.projects.Projects;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Many jobs in one call. */
@RequestScoped
@Path("/jobs")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
public class BulkJobsResource {
    @Inject
    Jobs jobs;

    @Inject
    JobTypes types;

    @Inject
    Projects projects;

    @Inject
    Caller caller;

    /**
     * Jobs to be enqueued, all or none.
     *
     * @param name the batch is counted under it
     * @param onCompletion waits for all jobs of the batch; its {@code run_if} is {@code all_ended} unless it says otherwise
     */
    public record BatchJson(
            @NotNull(message = "is required.") @Size(min = 1, max = 1000, message = "must be 1 to 1000 jobs.") @Valid
            List<@NotNull(message = "must be a job.") NewJobJson> jobs,

            @Nullable @Size(min = 1, max = 200, message = "must have 1 to 200 characters.")
            String name,

            @Nullable @Valid NewJobJson onCompletion) {

        NewBatch toNewBatch() {
            List<NewJob> all = new ArrayList<>(jobs.size());
            for (NewJobJson each : jobs) {
                all.add(each.toNewJob("jobs[" + all.size() + "]."));
            }
            return new NewBatch(name, all, onCompletion == null ? null : onCompletion.after(jobs.size()));
        }
    }

    /**
     * The jobs of a batch, in its order.
     *
     * @param batchId null for a batch without name and completion job, which is not counted
     */
    public record IdsJson(
            List<UUID> ids,
            @Nullable UUID batchId,
            @Nullable UUID completionId) {}

    /** Whether claiming is paused on all nodes. */
    public record PauseJson(boolean paused) {}

    /**
     * What a bulk call did.
     *
     * @param count how many jobs were changed; of a dry run, how many would be
     * @param remaining how many more there are: a call changes up to 100,000
     */
    public record CountJson(long count, long remaining, boolean dryRun) {
        static CountJson of(Affected affected, boolean dryRun) {
            return new CountJson(affected.count(), affected.remaining(), dryRun);
        }
    }

    @POST
    @Path("/batch")
    @LargeBody
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Enqueues up to 1,000 jobs, all or none")
    @APIResponse(
            responseCode = "202",
            description = "Their ids, in order; of a job whose unique key is held, the holder's")
    public Response enqueue(@Valid BatchJson batch) {
        requireProjects(Stream.concat(batch.jobs().stream(), Stream.ofNullable(batch.onCompletion()))
                .flatMap(job -> Stream.ofNullable(job.projectId()))
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        EnqueuedBatch made = jobs.enqueueAll(batch.toNewBatch());
        return Response.accepted(new IdsJson(made.ids(), made.batchId(), made.completionId()))
                .build();
    }

    @POST
    @Path("/retry")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Gives failed and cancelled jobs one more attempt; a dry run counts them")
    @APIResponse(responseCode = "202", description = "How many")
    public Response retry(@Valid SelectionJson selection) {
        return count(jobs.retryAll(selection.toSelection(), selection.isDryRun()), selection);
    }

    @POST
    @Path("/cancel")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Cancels pending jobs and asks running ones to stop; a dry run counts them")
    @APIResponse(responseCode = "202", description = "How many")
    public Response cancel(@Valid SelectionJson selection) {
        return count(jobs.cancelAll(selection.toSelection(), selection.isDryRun()), selection);
    }

    @POST
    @Path("/pause")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Pauses all job types on all nodes: nothing is claimed any more; running jobs go on")
    @APIResponse(responseCode = "200", description = "Paused")
    public PauseJson pause() {
        types.pauseAll(true);
        return new PauseJson(true);
    }

    @POST
    @Path("/resume")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Resumes all job types that are not paused themselves")
    @APIResponse(responseCode = "200", description = "Resumed")
    public PauseJson resume() {
        types.pauseAll(false);
        return new PauseJson(false);
    }

    private void requireProjects(Set<String> ids) {
        Set<String> known = projects.named(ids).keySet();
        for (String id : ids) {
            if (!known.contains(id)) {
                throw new NotFoundException("project", id);
            }
            caller.requireProject(id);
        }
    }

    private static Response count(Affected affected, SelectionJson selection) {
        return Response.accepted(CountJson.of(affected, selection.isDryRun())).build();
    }
}
