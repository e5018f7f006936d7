package io.sluice.admin.webhooks;

import io.sluice.InvalidInputException;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.admin.Versions;
import io.sluice.database.Page;
import io.sluice.webhooks.Deliveries;
import io.sluice.webhooks.Delivery;
import io.sluice.webhooks.DeliveryAttempt;
import io.sluice.webhooks.Webhook;
import io.sluice.webhooks.Webhooks;
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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Webhooks of the whole installation, and every webhook by its id. */
@RequestScoped
@Path("webhooks")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Webhooks")
public class WebhooksResource {
    private static final Set<String> STATUSES = Set.of("pending", "delivered", "failed", "skipped");

    @Inject
    Webhooks webhooks;

    @Inject
    Deliveries deliveries;

    @Inject
    VisibleWebhooks visible;

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Makes a webhook that hears of all events; the answer holds the only copy of its secret")
    @APIResponse(responseCode = "201", description = "The webhook, with its secret")
    public Response create(@NotNull(message = "is required: send a JSON object.") @Valid WebhookTermsJson body) {
        Webhooks.WithSecret made = webhooks.create(null, body.toTerms());
        return Response.created(URI.create("/v1/webhooks/" + made.webhook().id()))
                .tag(Versions.etag(made.webhook().version()))
                .entity(WebhookJson.of(made))
                .build();
    }

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists the webhooks of the whole installation, newest first; never their secrets")
    @APIResponse(responseCode = "200", description = "A page of webhooks")
    public Page<WebhookJson> list(@BeanParam Paging paging) {
        return webhooks.list(null, paging.limit(), paging.cursor()).map(WebhookJson::of);
    }

    @GET
    @Path("{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows one webhook")
    public Response get(@PathParam("id") UUID id) {
        return answer(visible.get(id));
    }

    @PUT
    @Path("{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Replaces a webhook's terms; honours If-Match")
    public Response change(
            @PathParam("id") UUID id,
            @NotNull(message = "is required: send a JSON object.") @Valid WebhookTermsJson body,
            @Context HttpHeaders headers) {
        visible.get(id);
        return answer(webhooks.change(id, body.toTerms(), Versions.expected(headers)));
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Removes a webhook, its secret and its history; honours If-Match")
    @APIResponse(responseCode = "204", description = "Removed")
    public void delete(@PathParam("id") UUID id, @Context HttpHeaders headers) {
        visible.get(id);
        webhooks.delete(id, webhooks.silence(id, Versions.expected(headers)));
    }

    @POST
    @Path("{id}/rotate-secret")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Makes a new secret; the present one signs beside it for 24 hours")
    public WebhookJson rotateSecret(@PathParam("id") UUID id) {
        visible.get(id);
        return WebhookJson.of(webhooks.rotateSecret(id));
    }

    @POST
    @Path("{id}/enable")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Enables a webhook and forgets its failures")
    public Response enable(@PathParam("id") UUID id) {
        visible.get(id);
        return answer(webhooks.enable(id));
    }

    @POST
    @Path("{id}/test")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Sends a message of the type webhook.test, once, enabled or not")
    @APIResponse(responseCode = "202", description = "The delivery that is on its way")
    public Response test(@PathParam("id") UUID id) {
        visible.get(id);
        Delivery delivery = deliveries.test(id);
        return Response.accepted(DeliveryJson.of(delivery, List.of(), true))
                .location(URI.create("/v1/deliveries/" + delivery.id()))
                .build();
    }

    @GET
    @Path("{id}/deliveries")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists what a webhook was sent, newest first, with every try")
    @APIResponse(responseCode = "200", description = "A page of deliveries")
    public Page<DeliveryJson> deliveries(
            @PathParam("id") UUID id,
            @QueryParam("status") @Nullable String status,
            @QueryParam("event_type") @Nullable String eventType,
            @QueryParam("from") @Nullable Instant from,
            @QueryParam("to") @Nullable Instant to,
            @BeanParam Paging paging) {
        visible.get(id);
        if (status != null && !STATUSES.contains(status)) {
            throw new InvalidInputException("status", "must be pending, delivered, failed or skipped.");
        }
        if (eventType != null && !eventType.matches("[a-z_.]{1,100}")) {
            throw new InvalidInputException("event_type", "must be a kind of event such as quota.exceeded.");
        }
        Page<Delivery> page =
                deliveries.list(new Deliveries.Query(id, status, eventType, from, to), paging.limit(), paging.cursor());
        List<DeliveryAttempt> attempts =
                deliveries.attempts(page.items().stream().map(Delivery::id).toList());
        return page.map(delivery -> DeliveryJson.of(delivery, attempts, false));
    }

    @POST
    @Path("{id}/redeliver")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(
            summary =
                    "Sends the deliveries of a range of time once more, those given up or skipped unless said otherwise")
    @APIResponse(responseCode = "202", description = "How many are on their way again")
    public Response redeliver(
            @PathParam("id") UUID id,
            @NotNull(message = "is required: send a JSON object.") @Valid RedeliveryJson body) {
        visible.get(id);
        return Response.accepted(RedeliveredJson.of(deliveries.redeliver(id, body.from(), body.to(), body.words())))
                .build();
    }

    private static Response answer(Webhook webhook) {
        return Response.ok(WebhookJson.of(webhook))
                .tag(Versions.etag(webhook.version()))
                .build();
    }
}
