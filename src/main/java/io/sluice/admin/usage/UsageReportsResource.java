package io.sluice.admin.usage;

import io.sluice.InvalidInputException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.Csv;
import io.sluice.usage.UsageReports;
import io.sluice.usage.UsageReports.Bucket;
import io.sluice.usage.UsageReports.Point;
import io.sluice.usage.UsageReports.Report;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Reads over HTTP what a project used. */
@RequestScoped
@Path("projects/{id}/usage")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Usage")
public class UsageReportsResource {
    @Inject
    UsageReports reports;

    @Inject
    Caller caller;

    @GET
    @Produces({MediaType.APPLICATION_JSON, Csv.MEDIA_TYPE})
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Shows what a project used, in buckets of its time zone; also as text/csv")
    public Response read(
            @PathParam("id") String id,
            @QueryParam("metric") @Nullable String metric,
            @QueryParam("from") @Nullable Instant from,
            @QueryParam("to") @Nullable Instant to,
            @QueryParam("bucket") @Nullable String bucket,
            @Context HttpHeaders headers) {
        caller.requireProject(id);
        Report report = reports.read(id, metric, from, to, bucket(bucket));
        MediaType wanted = headers.getAcceptableMediaTypes().stream()
                .filter(type -> type.isCompatible(MediaType.APPLICATION_JSON_TYPE)
                        || type.isCompatible(MediaType.valueOf(Csv.MEDIA_TYPE)))
                .findFirst()
                .orElse(MediaType.APPLICATION_JSON_TYPE);
        return wanted.isCompatible(MediaType.APPLICATION_JSON_TYPE)
                ? Response.ok(UsageReportJson.of(report), MediaType.APPLICATION_JSON_TYPE)
                        .build()
                : Response.ok(csv(report.points()), Csv.MEDIA_TYPE + ";charset=utf-8")
                        .header("Content-Disposition", "attachment; filename=\"usage.csv\"")
                        .build();
    }

    private static Bucket bucket(@Nullable String word) {
        return Bucket.of(word == null ? "day" : word)
                .orElseThrow(() -> new InvalidInputException("bucket", "must be hour, day, week or month."));
    }

    private static StreamingOutput csv(List<Point> points) {
        return output -> {
            Writer out = new OutputStreamWriter(output, StandardCharsets.UTF_8);
            Csv.row(out, "bucket_start", "metric", "quantity");
            for (Point point : points) {
                Csv.row(out, point.bucketStart(), point.metric(), point.quantity());
            }
            out.flush();
        };
    }
}
