package io.sluice.admin.jobs;

import io.sluice.access.Roles;
import io.sluice.jobs.Jobs;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Figures about the queue. */
@RequestScoped
@Path("/stats")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
public class StatsResource {
    @Inject
    Jobs jobs;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Counts by type and status, age of the oldest due job, the last hour, and the workers alive")
    @APIResponse(responseCode = "200", description = "The figures")
    public StatsJson get() {
        return StatsJson.of(jobs.stats());
    }
}
