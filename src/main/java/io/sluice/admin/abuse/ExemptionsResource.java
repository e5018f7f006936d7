package io.sluice.admin.abuse;

import io.sluice.abuse.Exemptions;
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

/** Exemptions and planned spikes of a project over HTTP. */
@RequestScoped
@Path("projects/{id}/abuse-exemptions")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Abuse")
public class ExemptionsResource {
    @Inject
    Exemptions exemptions;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists the project's exemptions and planned spikes, past ones too, newest first")
    @APIResponse(responseCode = "200", description = "A page of exemptions")
    public Page<ExemptionJson> list(@PathParam("id") String id, @BeanParam Paging paging) {
        caller.requireProject(id);
        return exemptions.list(id, paging.limit(), paging.cursor()).map(ExemptionJson::of);
    }

    @POST
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Exempts the project from suspension for abuse, or announces a spike")
    @APIResponse(responseCode = "201", description = "The exemption")
    public Response create(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid NewExemptionJson body) {
        caller.requireProject(id);
        ExemptionJson made = ExemptionJson.of(exemptions.create(id, body.toNew()));
        return Response.created(URI.create("/v1/projects/" + id + "/abuse-exemptions/" + made.id()))
                .entity(made)
                .build();
    }

    @DELETE
    @Path("{exemption}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Takes an exemption or planned spike away")
    @APIResponse(responseCode = "204", description = "Taken away")
    public void remove(@PathParam("id") String id, @PathParam("exemption") UUID exemption) {
        caller.requireProject(id);
        exemptions.remove(id, exemption);
    }
}
