package io.sluice.admin.jobs;

import static java.util.stream.Collectors.groupingBy;

import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.JobJson;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.jobs.Job;
import io.sluice.jobs.JobAttempt;
import io.sluice.jobs.JobQueue;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.Jobs.Details;
import io.sluice.projects.Project;
import io.sluice.projects.Projects;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Background jobs: enqueued, read, retried, cancelled. */
@RequestScoped
@Path("/jobs")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
public class JobsResource {
    @Inject
    Jobs jobs;

    @Inject
    JobTypes types;

    @Inject
    Projects projects;

    @Inject
    Caller caller;

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Enqueues a job")
    @APIResponse(responseCode = "202", description = "The new job")
    @APIResponse(responseCode = "200", description = "The job that has this unique key")
    public Response enqueue(@Valid NewJobJson wanted) {
        if (wanted.projectId() != null) {
            Project known = projects.get(wanted.projectId());
            caller.requireProject(known.id());
        }
        JobQueue.Enqueued enqueued = jobs.enqueue(wanted.toNewJob());
        JobJson job = shown(jobs.get(enqueued.id()));
        return enqueued.created()
                ? Response.accepted(job)
                        .location(URI.create("/v1/jobs/" + enqueued.id()))
                        .build()
                : Response.ok(job).build();
    }

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists jobs, newest first; an owner sees those of its projects")
    @APIResponse(responseCode = "200", description = "A page of jobs")
    public Page<JobJson> list(
            @QueryParam("status") @Nullable String status,
            @QueryParam("type") @Nullable String type,
            @QueryParam("project_id") @Nullable String projectId,
            @QueryParam("from") @Nullable Instant from,
            @QueryParam("to") @Nullable Instant to,
            @QueryParam("batch_id") @Nullable UUID batchId,
            @QueryParam("quarantined") @Nullable Boolean quarantined,
            @BeanParam Paging paging) {
        if (projectId != null) {
            caller.requireProject(projectId);
        }
        Jobs.Query query = new Jobs.Query(
                status(status), type, projectId, from, to, caller.projects().orElse(null), batchId, quarantined);
        Page<Job> page = jobs.list(query, paging.limit(), paging.cursor());
        List<UUID> ids = page.items().stream().map(Job::id).toList();
        Map<UUID, List<JobAttempt>> histories = jobs.history(ids).stream().collect(groupingBy(JobAttempt::jobId));
        Map<UUID, Details> details = jobs.details(ids);
        return page.map(job -> shown(job, histories.getOrDefault(job.id(), List.of()), details.get(job.id())));
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Reads a job with its attempts")
    @APIResponse(responseCode = "200", description = "The job")
    public JobJson get(@PathParam("id") UUID id) {
        return shown(visible(id));
    }

    @GET
    @Path("/{id}/waiting")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Says why a job does not run yet")
    @APIResponse(responseCode = "200", description = "All reasons; none for a job that runs or has finished")
    public WaitingJson waiting(@PathParam("id") UUID id) {
        return WaitingJson.of(jobs.waiting(id));
    }

    @POST
    @Path("/{id}/retry")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Gives a failed or cancelled job one more attempt")
    @APIResponse(responseCode = "202", description = "The job, pending")
    public Response retry(@PathParam("id") UUID id) {
        return Response.accepted(shown(jobs.retry(id))).build();
    }

    @POST
    @Path("/{id}/cancel")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Cancels a pending job at once, and asks a running one to stop")
    @APIResponse(responseCode = "202", description = "The job, cancelled or still running")
    public Response cancel(@PathParam("id") UUID id) {
        return Response.accepted(shown(jobs.cancel(id))).build();
    }

    /** Jobs of no project, and of others' projects, do not exist for a caller with projects of its own. */
    private Job visible(UUID id) {
        Job job = jobs.get(id);
        String projectId = job.projectId();
        boolean seen = caller.projects().isEmpty() || (projectId != null && caller.sees(projectId));
        if (!seen) {
            throw new NotFoundException("job", id.toString());
        }
        return job;
    }

    private JobJson shown(Job job) {
        Details details = jobs.details(List.of(job.id())).get(job.id());
        return shown(job, jobs.history(List.of(job.id())), details);
    }

    private JobJson shown(Job job, List<JobAttempt> history, @Nullable Details details) {
        return JobJson.of(job, history, types, details, caller.projects().isEmpty());
    }

    private static @Nullable JobStatus status(@Nullable String word) {
        if (word == null) {
            return null;
        }
        return Arrays.stream(JobStatus.values())
                .filter(status -> status.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "status",
                        "must be one of "
                                + Arrays.stream(JobStatus.values())
                                        .map(JobStatus::word)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }
}
