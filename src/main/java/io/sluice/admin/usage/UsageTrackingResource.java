package io.sluice.admin.usage;

import io.sluice.InvalidInputException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.LargeBody;
import io.sluice.usage.TrackResult;
import io.sluice.usage.Usage;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes usage in over HTTP. Bodies may be up to 8 MiB. */
@RequestScoped
@Path("usage/track")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Usage")
public class UsageTrackingResource {
    @Inject
    Usage usage;

    @Inject
    Caller caller;

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.SERVICE})
    @Operation(summary = "Counts one event, or up to 10,000 of which each is judged by itself")
    @APIResponse(responseCode = "202", description = "What was counted, and what was not and why")
    @LargeBody
    public Response track(@NotNull(message = "is required: send a JSON object.") TrackJson body) {
        return Response.accepted(TrackResultJson.of(counted(body))).build();
    }

    private TrackResult counted(TrackJson body) {
        @Nullable List<UsageEventJson> events = body.events();
        if (events == null) {
            return usage.trackOne(body.toEvent(), caller::sees);
        }
        if (body.mixesBoth()) {
            throw new InvalidInputException("events", "must stand alone, without the members of a single event.");
        }
        return usage.track(events.stream().map(UsageEventJson::toEvent).toList(), caller::sees);
    }
}
