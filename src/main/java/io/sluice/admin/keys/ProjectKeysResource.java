package io.sluice.admin.keys;

import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.keys.ApiKeys;
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
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The keys of a project over HTTP. */
@RequestScoped
@Path("projects/{id}/keys")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Keys")
public class ProjectKeysResource {
    @Inject
    ApiKeys keys;

    @Inject
    Caller caller;

    @POST
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Makes a key; the answer holds the only copy of its secret")
    @APIResponse(responseCode = "201", description = "The key, with its text in 'secret'")
    public Response create(
            @PathParam("id") String id, @NotNull(message = "is required: send a JSON object.") @Valid NewKeyJson body) {
        caller.requireProject(id);
        ApiKeys.Issued issued = keys.create(id, body.toKey());
        return Response.created(URI.create("/v1/keys/" + issued.key().id()))
                .entity(KeyJson.issued(issued))
                .build();
    }

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists the project's keys, newest first, revoked and expired ones too; never their texts")
    @APIResponse(responseCode = "200", description = "A page of keys")
    public Page<KeyJson> list(
            @PathParam("id") String id, @QueryParam("status") @Nullable String status, @BeanParam Paging paging) {
        caller.requireProject(id);
        return keys.list(id, status, paging.limit(), paging.cursor()).map(KeyJson::of);
    }
}
