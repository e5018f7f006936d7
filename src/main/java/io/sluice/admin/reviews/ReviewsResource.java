package io.sluice.admin.reviews;

import io.sluice.InvalidInputException;
import io.sluice.abuse.Reviews;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Reviews of suspensions, for those who decide and for those who wait. */
@RequestScoped
@Path("reviews")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Suspensions")
public class ReviewsResource {
    @Inject
    Reviews reviews;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists reviews of suspensions, newest first; an owner sees its own projects'")
    @APIResponse(responseCode = "200", description = "A page of reviews")
    public Page<ReviewJson> list(
            @QueryParam("project_id") @Nullable String projectId,
            @QueryParam("open") @Nullable Boolean open,
            @BeanParam Paging paging) {
        if (projectId != null) {
            caller.requireProject(projectId);
        }
        Reviews.Query query = new Reviews.Query(projectId, caller.projects().orElse(null), open);
        return reviews.list(query, paging.limit(), paging.cursor()).map(ReviewJson::of);
    }

    @POST
    @Path("{id}/decide")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Decides a review; accepting ends the suspension")
    @APIResponse(responseCode = "200", description = "The review, decided")
    public ReviewJson decide(
            @PathParam("id") UUID id,
            @NotNull(message = "is required: send a JSON object.") @Valid ReviewDecisionJson body) {
        boolean accept = body.decision() == ReviewDecisionJson.Decision.ACCEPT;
        if (!accept && body.keepActiveUntil() != null) {
            throw new InvalidInputException("keep_active_until", "goes with accept only.");
        }
        return ReviewJson.of(reviews.decide(id, accept, body.reason(), body.keepActiveUntil()));
    }
}
