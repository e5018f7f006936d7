package io.sluice.admin.limits;

import io.sluice.NotFoundException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.jobs.Job;
import io.sluice.jobs.Jobs;
import io.sluice.quotas.CheckActions;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What the check of a job did, in full: the job's result shows only the first hundred. */
@RequestScoped
@Path("jobs/{id}/actions")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
public class CheckActionsResource {
    @Inject
    CheckActions actions;

    @Inject
    Jobs jobs;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists what a check did, by project, metric and period; empty for other jobs")
    @APIResponse(responseCode = "200", description = "A page of actions")
    public Page<CheckActionJson> list(@PathParam("id") UUID id, @BeanParam Paging paging) {
        Job job = jobs.get(id);
        String projectId = job.projectId();
        if (projectId == null ? caller.projects().isPresent() : !caller.sees(projectId)) {
            throw new NotFoundException("job", id.toString());
        }
        return actions.list(id, paging.limit(), paging.cursor()).map(CheckActionJson::of);
    }
}
