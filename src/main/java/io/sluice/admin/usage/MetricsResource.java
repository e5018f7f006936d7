package io.sluice.admin.usage;

import io.sluice.InvalidInputException;
import io.sluice.access.Roles;
import io.sluice.admin.Paging;
import io.sluice.database.Cursor;
import io.sluice.database.Page;
import io.sluice.usage.Metric;
import io.sluice.usage.Metric.Aggregation;
import io.sluice.usage.Metrics;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Metrics over HTTP. */
@RequestScoped
@Path("metrics")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Usage")
public class MetricsResource {
    @Inject
    Metrics metrics;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.SERVICE, Roles.OWNER})
    @Operation(summary = "Lists what can be measured, by name")
    public Page<MetricJson> list(@BeanParam Paging paging) {
        List<String> after = Cursor.parse(paging.cursor(), 1);
        List<Metric> rest = metrics.list().stream()
                .filter(metric -> after.isEmpty() || metric.name().compareTo(after.get(0)) > 0)
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
        return Page.cut(rest, paging.limit(), metric -> Cursor.of(metric.name()))
                .map(MetricJson::of);
    }

    @PUT
    @Path("{name}")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Makes or changes a metric; the aggregation stays once usage was recorded")
    @APIResponse(responseCode = "200", description = "The metric as it is now")
    @APIResponse(responseCode = "201", description = "The new metric")
    public Response put(
            @PathParam("name") String name,
            @NotNull(message = "is required: send a JSON object.") @Valid MetricChangeJson body,
            @Context UriInfo uri) {
        Aggregation aggregation = Aggregation.of(body.aggregation())
                .orElseThrow(() -> new InvalidInputException("aggregation", "must be sum, max or last."));
        boolean created = metrics.put(name, body.unit(), aggregation, body.description());
        Response.ResponseBuilder answer = created ? Response.created(uri.getAbsolutePath()) : Response.ok();
        return answer.entity(MetricJson.of(metrics.get(name))).build();
    }
}
