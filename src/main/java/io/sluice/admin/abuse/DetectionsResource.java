package io.sluice.admin.abuse;

import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.abuse.Detection;
import io.sluice.abuse.Detections;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.JobJson;
import io.sluice.admin.Paging;
import io.sluice.database.Page;
import io.sluice.jobs.JobTypes;
import io.sluice.jobs.Jobs;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What the rules found, and what operators decide about it. */
@RequestScoped
@Path("abuse/detections")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Abuse")
public class DetectionsResource {
    private static final Set<String> LEVELS = Set.of("warning", "critical", "severe");
    private static final Set<String> OUTCOMES = Set.of(
            "flagged", "would_suspend", "due", "suspended", "held", "needs_confirmation", "confirmed", "dismissed");

    @Inject
    Detections detections;

    @Inject
    Jobs jobs;

    @Inject
    JobTypes types;

    @Inject
    Caller caller;

    @GET
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Lists what the rules found, newest first; an owner sees its own projects'")
    @APIResponse(responseCode = "200", description = "A page of detections")
    public Page<DetectionJson> list(
            @QueryParam("project_id") @Nullable String projectId,
            @QueryParam("rule") @Nullable String rule,
            @QueryParam("level") @Nullable String level,
            @QueryParam("outcome") @Nullable String outcome,
            @QueryParam("from") @Nullable Instant from,
            @QueryParam("to") @Nullable Instant to,
            @BeanParam Paging paging) {
        if (projectId != null) {
            caller.requireProject(projectId);
        }
        oneOf("level", level, LEVELS);
        oneOf("outcome", outcome, OUTCOMES);
        Detections.Query query =
                new Detections.Query(projectId, caller.projects().orElse(null), rule, level, outcome, from, to);
        return detections.list(query, paging.limit(), paging.cursor()).map(DetectionJson::of);
    }

    @GET
    @Path("report")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER})
    @Operation(summary = "Says for each rule what it found since from (seven days ago) and would have suspended")
    @APIResponse(responseCode = "200", description = "One entry for each rule")
    public ObservationJson.All report(
            @QueryParam("from") @Nullable Instant from, @QueryParam("to") @Nullable Instant to) {
        return ObservationJson.All.of(detections.report(new Detections.Span(from, to)));
    }

    @GET
    @Path("{id}")
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Reads a detection")
    @APIResponse(responseCode = "200", description = "The detection")
    public DetectionJson get(@PathParam("id") UUID id) {
        Detection found = detections.get(id);
        Optional<List<String>> visible = caller.projects();
        if (visible.isPresent() && !visible.get().contains(String.valueOf(found.projectId()))) {
            throw new NotFoundException("detection", id.toString());
        }
        return DetectionJson.of(found);
    }

    @POST
    @Path("{id}/confirm")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Takes it for abuse: a job suspends the project if it is still active")
    @APIResponse(responseCode = "202", description = "The job")
    public Response confirm(
            @PathParam("id") UUID id, @NotNull(message = "is required: send a JSON object.") @Valid ReasonJson body) {
        UUID job = detections.confirm(id, body.reason());
        return Response.accepted(JobJson.of(jobs.get(job), List.of(), types))
                .location(URI.create("/v1/jobs/" + job))
                .build();
    }

    @POST
    @Path("{id}/dismiss")
    @RolesAllowed(Roles.OPERATOR)
    @Operation(summary = "Takes it for harmless")
    @APIResponse(responseCode = "200", description = "The detection as it is now")
    public DetectionJson dismiss(
            @PathParam("id") UUID id, @NotNull(message = "is required: send a JSON object.") @Valid ReasonJson body) {
        return DetectionJson.of(detections.dismiss(id, body.reason()));
    }

    private static void oneOf(String field, @Nullable String word, Set<String> words) {
        if (word != null && !words.contains(word)) {
            throw new InvalidInputException(
                    field,
                    "must be one of "
                            + String.join(", ", words.stream().sorted().toList()) + ".");
        }
    }
}
