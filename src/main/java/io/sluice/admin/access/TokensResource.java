package io.sluice.admin.access;

import io.sluice.access.NewToken;
import io.sluice.access.Roles;
import io.sluice.access.Tokens;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Access tokens: made, listed, revoked. */
@RequestScoped
@Path("/tokens")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Tokens")
public class TokensResource {
    @Inject
    Tokens tokens;

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Makes an access token; the answer holds the only copy of it")
    @APIResponse(responseCode = "201", description = "The token, with its text in 'token'")
    public Response create(@Valid NewTokenJson wanted) {
        Tokens.Issued issued =
                tokens.issue(new NewToken(wanted.name(), wanted.role(), wanted.projects(), wanted.expiresAt()));
        return Response.created(URI.create("/v1/tokens/" + issued.token().id()))
                .entity(TokenJson.issued(issued))
                .build();
    }

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists all tokens, newest first, revoked and expired ones too; never their texts")
    @APIResponse(responseCode = "200", description = "A page of tokens")
    public Page<TokenJson> list(@BeanParam Paging paging) {
        return tokens.list(paging.limit(), paging.cursor()).map(TokenJson::of);
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Revokes a token: every node refuses it within two seconds")
    @APIResponse(responseCode = "204", description = "Revoked, now or before")
    public void revoke(@PathParam("id") UUID id) {
        tokens.revoke(id);
    }
}
