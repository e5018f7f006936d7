package io.sluice.admin.jobs;

import io.sluice.access.Roles;
import io.sluice.jobs.JobStatus;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.Jobs.Batch;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Batches that are counted; they are made with their jobs. */
@RequestScoped
@Path("/job-batches")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
public class JobBatchesResource {
    @Inject
    Jobs jobs;

    /**
     * A batch, without its completion job.
     *
     * @param jobs how many it was made of
     * @param counts its jobs by status, as far as they are kept
     * @param ended whether none of them is pending or running, those included that had been there before
     */
    public record BatchJson(
            UUID id,
            @Nullable String name,
            Instant createdAt,
            int jobs,
            Map<JobStatus, Long> counts,
            boolean ended,
            @Nullable UUID completionId) {
        static BatchJson of(Batch batch) {
            return new BatchJson(
                    batch.id(),
                    batch.name(),
                    batch.createdAt(),
                    batch.jobs(),
                    batch.counts(),
                    batch.ended(),
                    batch.completionId());
        }
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Counts the jobs of a batch by status")
    @APIResponse(responseCode = "200", description = "The batch")
    public BatchJson get(@PathParam("id") UUID id) {
        return BatchJson.of(jobs.batch(id));
    }
}
