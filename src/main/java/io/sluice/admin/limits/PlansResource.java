package io.sluice.admin.limits;

import io.sluice.InvalidInputException;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.admin.Versions;
import io.sluice.database.Page;
import io.sluice.quotas.Plan;
import io.sluice.quotas.Plans;
import io.sluice.quotas.QuotaTerms;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Plans over HTTP. */
@RequestScoped
@Path("plans")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Plans")
public class PlansResource {
    @Inject
    Plans plans;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists plans by name")
    @APIResponse(responseCode = "200", description = "A page of plans")
    public Page<PlanJson> list(@BeanParam Paging paging) {
        return plans.list(paging.limit(), paging.cursor()).map(PlanJson::of);
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Makes a plan")
    @APIResponse(responseCode = "201", description = "The plan")
    public Response create(@NotNull(message = "is required: send a JSON object.") @Valid NewPlanJson body) {
        Plan plan = plans.create(body.name(), terms(body.quotas()));
        return Response.created(URI.create("/v1/plans/" + plan.name()))
                .tag(Versions.etag(plan.version()))
                .entity(PlanJson.of(plan))
                .build();
    }

    @GET
    @Path("{name}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Shows one plan")
    @APIResponse(responseCode = "200", description = "The plan")
    public Response get(@PathParam("name") String name) {
        return answer(plans.get(name));
    }

    @PUT
    @Path("{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Replaces the quotas of a plan, which holds for its projects at once; honours If-Match")
    @APIResponse(responseCode = "200", description = "The plan as it is now")
    public Response replace(
            @PathParam("name") String name,
            @NotNull(message = "is required: send a JSON object.") @Valid PlanChangeJson body,
            @Context HttpHeaders headers) {
        if (body.name() != null && !body.name().equals(name)) {
            throw new InvalidInputException("name", "must be the plan's name or be left out: plans are not renamed.");
        }
        return answer(plans.replace(name, terms(body.quotas()), Versions.expected(headers)));
    }

    @DELETE
    @Path("{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Deletes a plan that no project has; honours If-Match")
    @APIResponse(responseCode = "204", description = "Deleted")
    public void delete(@PathParam("name") String name, @Context HttpHeaders headers) {
        plans.delete(name, Versions.expected(headers));
    }

    private static List<QuotaTerms> terms(List<QuotaTermsJson> quotas) {
        return quotas.stream().map(QuotaTermsJson::toTerms).toList();
    }

    private static Response answer(Plan plan) {
        return Response.ok(PlanJson.of(plan)).tag(Versions.etag(plan.version())).build();
    }
}
