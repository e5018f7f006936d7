package io.sluice.admin.abuse;

import io.sluice.abuse.Signals;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.JobJson;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.Jobs;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where monitoring says that a project looks abusive. */
@RequestScoped
@Path("abuse/signals")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Abuse")
public class SignalsResource {
    @Inject
    Signals signals;

    @Inject
    Jobs jobs;

    @Inject
    JobTypes types;

    @Inject
    Caller caller;

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.SERVICE})
    @Operation(summary = "Has a project looked at now; what decides are our own figures, never the sender's")
    @APIResponse(responseCode = "202", description = "The job that decides")
    public Response report(@NotNull(message = "is required: send a JSON object.") @Valid SignalJson body) {
        caller.requireProject(body.projectId());
        UUID job = signals.report(body.projectId(), body.pattern(), body.metrics(), body.evidence());
        return Response.accepted(JobJson.of(jobs.get(job), List.of(), types))
                .location(URI.create("/v1/jobs/" + job))
                .build();
    }
}
