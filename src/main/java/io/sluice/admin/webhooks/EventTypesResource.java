package io.sluice.admin.webhooks;

import io.sluice.access.Roles;
import io.sluice.events.Events;
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

/** The kinds of event there are, as the code declares them. */
@RequestScoped
@Path("event-types")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Webhooks")
public class EventTypesResource {
    @Inject
    Events events;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists every kind of event with its schema and an example")
    @APIResponse(responseCode = "200", description = "The catalogue, by name")
    public EventTypesJson list() {
        return new EventTypesJson(events.types().stream()
                .map(type -> EventTypeJson.of(type, events.schema(type)))
                .toList());
    }
}
