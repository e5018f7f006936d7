package io.sluice.admin.jobs;

import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.JobTypes.JobType;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The kinds of job there are, and what operators set for each at run time. */
@RequestScoped
@Path("/job-types")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Jobs")
public class JobTypesResource {
    @Inject
    JobTypes types;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists job types by name, with payload schema, retry policy and limits")
    @APIResponse(responseCode = "200", description = "A page of job types")
    public Page<JobTypeJson> list(@BeanParam Paging paging) {
        List<String> after = Cursor.parse(paging.cursor(), 1);
        List<JobType> rest = types.list().stream()
                .filter(type -> after.isEmpty() || type.name().compareTo(after.get(0)) > 0)
                .limit(paging.limit() + 1L)
                .toList();
        return Page.cut(rest, paging.limit(), type -> Cursor.of(type.name())).map(JobTypeJson::of);
    }

    @PUT
    @Path("/{type}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Pauses or resumes a job type, and changes its retry policy and limits")
    @APIResponse(responseCode = "200", description = "The job type as it is now")
    public JobTypeJson change(@PathParam("type") String type, @Valid JobTypeChangeJson change) {
        return JobTypeJson.of(types.change(type, change.toChange()));
    }
}
