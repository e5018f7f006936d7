package io.sluice.admin.access;

import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.audit.AuditLog;
import io.sluice.audit.AuditQuery;
import io.sluice.database.Page;
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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who did what. */
@RequestScoped
@Path("/audit")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Audit")
public class AuditResource {
    @Inject
    AuditLog audit;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists what was done, newest first; an owner sees what concerns its projects")
    public Page<AuditEntryJson> list(
            @QueryParam("actor") @Nullable String actor,
            @QueryParam("action") @Nullable String action,
            @QueryParam("target") @Nullable String target,
            @QueryParam("from") @Nullable Instant from,
            @QueryParam("to") @Nullable Instant to,
            @BeanParam Paging paging) {
        AuditQuery query = new AuditQuery(
                actor, action, target, from, to, caller.projects().orElse(null));
        return audit.list(query, paging.limit(), paging.cursor()).map(AuditEntryJson::of);
    }
}
