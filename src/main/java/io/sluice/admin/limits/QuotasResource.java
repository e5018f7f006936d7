package io.sluice.admin.limits;

import io.sluice.InvalidInputException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Versions;
import io.sluice.quotas.QuotaState;
import io.sluice.quotas.Quotas;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The limits of a project over HTTP. A quota is known by project, metric and period. */
@RequestScoped
@Path("projects/{id}/quotas")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Quotas")
public class QuotasResource {
    @Inject
    Quotas quotas;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists every limit that holds for the project, who gave it, and what is used of it")
    @APIResponse(responseCode = "200", description = "The limits by metric and period")
    public QuotaJson.All list(@PathParam("id") String id) {
        caller.requireProject(id);
        return new QuotaJson.All(quotas.list(id).stream().map(QuotaJson::of).toList());
    }

    @GET
    @Path("{metric}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows one limit that holds for the project, with the ETag to change it by")
    @APIResponse(responseCode = "200", description = "The limit")
    public Response get(
            @PathParam("id") String id,
            @PathParam("metric") String metric,
            @QueryParam("period") @Nullable String period) {
        caller.requireProject(id);
        return answer(quotas.get(id, metric, period(period)));
    }

    @PUT
    @Path("{metric}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Gives the project a quota of its own for the body's period; honours If-Match")
    @APIResponse(responseCode = "200", description = "The limit that holds now")
    public Response put(
            @PathParam("id") String id,
            @PathParam("metric") String metric,
            @NotNull(message = "is required: send a JSON object.") @Valid QuotaChangeJson body,
            @Context HttpHeaders headers) {
        caller.requireProject(id);
        String mode = body.mode() == null ? "enforce" : body.mode();
        return answer(quotas.put(id, body.toTerms(metric), mode, Versions.expected(headers)));
    }

    @DELETE
    @Path("{metric}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Takes the project's own quota away, so that its plan's holds again; honours If-Match")
    @APIResponse(responseCode = "204", description = "Taken away")
    public void remove(
            @PathParam("id") String id,
            @PathParam("metric") String metric,
            @QueryParam("period") @Nullable String period,
            @Context HttpHeaders headers) {
        caller.requireProject(id);
        quotas.remove(id, metric, period(period), Versions.expected(headers));
    }

    private static String period(@Nullable String period) {
        if (period == null || !(period.equals("day") || period.equals("month"))) {
            throw new InvalidInputException("period", "must be day or month.");
        }
        return period;
    }

    private static Response answer(QuotaState state) {
        return Response.ok(QuotaJson.of(state))
                .tag(Versions.etag(state.version()))
                .build();
    }
}
