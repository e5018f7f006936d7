package io.sluice.admin.backups;

import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.backups.TenantSchemas;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The PostgreSQL schema that holds a project's own data. */
@RequestScoped
@Path("projects/{id}/tenant-schema")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Backups")
public class TenantSchemaResource {
    @Inject
    TenantSchemas schemas;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Shows which schema holds a project's own data")
    @APIResponse(responseCode = "200", description = "The schema")
    public TenantSchemaJson get(@PathParam("id") String id) {
        caller.requireProject(id);
        return TenantSchemaJson.of(schemas.get(id));
    }

    @PUT
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Says which schema holds a project's own data; no two projects share one")
    @APIResponse(responseCode = "200", description = "The schema")
    public TenantSchemaJson put(
            @PathParam("id") String id,
            @NotNull(message = "is required: send a JSON object.") @Valid TenantSchemaChangeJson body) {
        caller.requireProject(id);
        return TenantSchemaJson.of(schemas.put(id, body.schema()));
    }

    @DELETE
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Forgets which schema holds a project's own data; the data stays")
    @APIResponse(responseCode = "204", description = "Done")
    public void delete(@PathParam("id") String id) {
        caller.requireProject(id);
        schemas.remove(id);
    }
}
