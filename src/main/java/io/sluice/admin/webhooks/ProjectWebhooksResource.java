package io.sluice.admin.webhooks;

import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.admin.Versions;
import io.sluice.database.Page;
import io.sluice.webhooks.Webhooks;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The webhooks of one project. */
@RequestScoped
@Path("projects/{id}/webhooks")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Webhooks")
public class ProjectWebhooksResource {
    @Inject
    Webhooks webhooks;

    @Inject
    Caller caller;

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(
            summary =
                    "Makes a webhook that hears of the project's events; the answer holds the only copy of its secret")
    @APIResponse(responseCode = "201", description = "The webhook, with its secret")
    public Response create(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid WebhookTermsJson body) {
        caller.requireProject(id);
        Webhooks.WithSecret made = webhooks.create(id, body.toTerms());
        return Response.created(URI.create("/v1/webhooks/" + made.webhook().id()))
                .tag(Versions.etag(made.webhook().version()))
                .entity(WebhookJson.of(made))
                .build();
    }

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists the project's webhooks, newest first; never their secrets")
    @APIResponse(responseCode = "200", description = "A page of webhooks")
    public Page<WebhookJson> list(@PathParam("id") String id, @BeanParam Paging paging) {
        caller.requireProject(id);
        return webhooks.list(id, paging.limit(), paging.cursor()).map(WebhookJson::of);
    }
}
