package io.sluice.admin.keys;

import io.sluice.NotFoundException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.keys.ApiKey;
import io.sluice.keys.ApiKeys;
import io.sluice.keys.KeyChecks;
import io.sluice.keys.KeyLeaks;
import io.sluice.keys.KeyRotations;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Single keys over HTTP. A key of another tenant does not exist for its caller. */
@RequestScoped
@Path("keys")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Keys")
public class KeysResource {
    @Inject
    ApiKeys keys;

    @Inject
    KeyRotations rotations;

    @Inject
    KeyChecks checks;

    @Inject
    KeyLeaks leaks;

    @Inject
    Caller caller;

    @GET
    @Path("{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows one key, never its text")
    @APIResponse(responseCode = "200", description = "The key")
    public KeyJson get(@PathParam("id") UUID id) {
        return KeyJson.of(own(id));
    }

    @POST
    @Path("{id}/rotate")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Gives the key a successor; the old one works until the grace is over, 0 ends it at once")
    @APIResponse(responseCode = "201", description = "The new key, with its text in 'secret'")
    public Response rotate(
            @PathParam("id") UUID id, @NotNull(message = "is required: send a JSON object.") @Valid RotationJson body) {
        own(id);
        ApiKeys.Issued issued = rotations.rotate(id, body.grace());
        return Response.created(URI.create("/v1/keys/" + issued.key().id()))
                .entity(KeyJson.issued(issued))
                .build();
    }

    @POST
    @Path("{id}/secret")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(
            summary = "Hands over the secret of a key that a job or a leak report made; once, and for a limited time")
    @APIResponse(responseCode = "200", description = "The key, with its text in 'secret'")
    public KeyJson fetchSecret(@PathParam("id") UUID id) {
        own(id);
        return KeyJson.issued(rotations.takeSecret(id));
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.OWNER})
    @Operation(summary = "Revokes a key at once")
    @APIResponse(responseCode = "204", description = "Revoked, now or before")
    public void revoke(@PathParam("id") UUID id) {
        own(id);
        keys.revoke(id, ApiKeys.REQUESTED);
    }

    @GET
    @Path("{id}/usage")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows how often a key was verified and with what success, by hours or days of UTC")
    @APIResponse(responseCode = "200", description = "The uses of the range")
    public KeyUsageJson usage(
            @PathParam("id") UUID id,
            @QueryParam("from") @Nullable Instant from,
            @QueryParam("to") @Nullable Instant to,
            @QueryParam("bucket") @Nullable String bucket) {
        ApiKey key = own(id);
        String size = bucket == null ? "day" : bucket;
        return KeyUsageJson.of(key, size, checks.usage(id, from, to, size));
    }

    @POST
    @Path("verify")
    @RolesAllowed({Roles.OPERATOR, Roles.SERVICE})
    @Operation(summary = "Says what a key is worth: whether it works, for which project, and what is left of a quota")
    @APIResponse(responseCode = "200", description = "The verdict, also for a key that is not valid")
    public KeyVerdictJson verify(@NotNull(message = "is required: send a JSON object.") @Valid KeyQuestionJson body) {
        return KeyVerdictJson.of(checks.verify(body.toQuestion(), caller.projects()));
    }

    @POST
    @Path("leaks")
    @RolesAllowed({Roles.OPERATOR, Roles.SERVICE})
    @Operation(summary = "Reports a key that was seen where it should not be: tells its owner, replaces or revokes it")
    @APIResponse(responseCode = "200", description = "What was done, also for a text that is no key")
    public KeyLeakReportJson reportLeak(
            @NotNull(message = "is required: send a JSON object.") @Valid KeyLeakJson body) {
        return KeyLeakReportJson.of(leaks.report(body.key(), body.policy(), caller::sees));
    }

    /** The key, if its project exists for the caller. */
    private ApiKey own(UUID id) {
        ApiKey key = keys.get(id);
        if (!caller.sees(key.projectId())) {
            throw new NotFoundException("key", id.toString());
        }
        return key;
    }
}
