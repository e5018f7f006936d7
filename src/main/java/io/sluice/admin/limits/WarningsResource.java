package io.sluice.admin.limits;

import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.notifications.Notices;
import io.sluice.quotas.Warnings;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The warnings of all projects. */
@RequestScoped
@Path("warnings")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Warnings")
public class WarningsResource {
    @Inject
    Warnings warnings;

    @Inject
    Notices notices;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists the warnings of all projects, newest first")
    @APIResponse(responseCode = "200", description = "A page of warnings")
    public Page<WarningJson> list(
            @QueryParam("from") @Nullable Instant from,
            @QueryParam("to") @Nullable Instant to,
            @BeanParam Paging paging) {
        return WarningJson.page(warnings.list(from, to, paging.limit(), paging.cursor()), notices);
    }
}
