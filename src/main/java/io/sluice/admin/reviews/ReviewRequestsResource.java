package io.sluice.admin.reviews;

import io.sluice.abuse.Reviews;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Where an owner asks to look at a suspension again. */
@RequestScoped
@Path("projects/{id}/suspensions/review")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Suspensions")
public class ReviewRequestsResource {
    @Inject
    Reviews reviews;

    @Inject
    Caller caller;

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Asks for a review of the project's open suspension")
    @APIResponse(responseCode = "201", description = "The review, open")
    public Response request(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid ReviewRequestJson body) {
        caller.requireProject(id);
        return Response.status(Response.Status.CREATED)
                .entity(ReviewJson.of(reviews.request(id, body.message())))
                .build();
    }
}
