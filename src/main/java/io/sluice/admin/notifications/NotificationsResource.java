package io.sluice.admin.notifications;

import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.notifications.Notices;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The notices to everybody. */
@RequestScoped
@Path("notifications")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Notifications")
public class NotificationsResource {
    @Inject
    Notices notices;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Lists the notices to owners and operators with their states, newest first")
    @APIResponse(responseCode = "200", description = "A page of notices")
    public Page<NotificationJson> list(@BeanParam NoticeFilter filter, @BeanParam Paging paging) {
        return notices.list(filter.query(null, null), paging.limit(), paging.cursor())
                .map(NotificationJson::of);
    }
}
