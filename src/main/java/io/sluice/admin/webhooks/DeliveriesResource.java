package io.sluice.admin.webhooks;

import io.sluice.access.Roles;
import io.sluice.webhooks.Deliveries;
import io.sluice.webhooks.Delivery;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Single deliveries of webhooks. */
@RequestScoped
@Path("deliveries")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Webhooks")
public class DeliveriesResource {
    @Inject
    Deliveries deliveries;

    @Inject
    VisibleWebhooks visible;

    @GET
    @Path("{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows one delivery with its message and every try")
    public DeliveryJson get(@PathParam("id") UUID id) {
        Delivery delivery = visible.require(deliveries.get(id));
        return DeliveryJson.of(delivery, deliveries.attempts(List.of(id)), true);
    }

    @POST
    @Path("{id}/redeliver")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Sends a delivery once more under the same id, with a new round of tries")
    @APIResponse(responseCode = "202", description = "The delivery that is on its way")
    public Response redeliver(@PathParam("id") UUID id) {
        visible.require(deliveries.get(id));
        Delivery delivery = deliveries.redeliver(id);
        return Response.accepted(DeliveryJson.of(delivery, deliveries.attempts(List.of(id)), true))
                .build();
    }
}
