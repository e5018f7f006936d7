package io.sluice.admin.events;

import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.access.Caller;
import io.sluice.access.Roles;
import io.sluice.admin.RefusedException;
import io.sluice.events.EventFeed;
import io.sluice.events.EventType;
import io.sluice.events.Events;
import io.sluice.events.EventsSettings;
import io.sluice.events.StreamTotals;
import io.sluice.jobs.Jobs;
import io.sluice.jobs.Jobs.State;
import io.sluice.problems.ProblemCode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.AsyncResponse;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What happens, as it happens. */
@RequestScoped
@Path("events")
@Tag(name = "Events")
public class EventsResource {
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Duration FULL = Duration.ofSeconds(5);
    private static final Duration GOING_DOWN = Duration.ofSeconds(1);

    @Inject
    EventStreams streams;

    @Inject
    EventsSettings settings;

    @Inject
    StreamTotals totals;

    @Inject
    Events events;

    @Inject
    EventFeed feed;

    @Inject
    Jobs jobs;

    @Inject
    Caller caller;

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RolesAllowed({Roles.OPERATOR, Roles.VIEWER, Roles.OWNER})
    @Operation(summary = "Streams events as they are committed (Server-Sent Events); goes on after Last-Event-ID")
    @APIResponse(responseCode = "200", description = "The stream")
    @APIResponse(responseCode = "404", description = "NOT_FOUND")
    public void stream(
            @QueryParam("types") @Nullable String types,
            @QueryParam("project_id") @Nullable String projectId,
            @QueryParam("jobs") @Nullable String jobIds,
            @HeaderParam(LAST_EVENT_ID) @Nullable String lastEventId,
            @Context HttpServletRequest request,
            @Suspended AsyncResponse suspended)
            throws IOException {
        if (projectId != null) {
            caller.requireProject(projectId);
        }
        StreamFilter filter = new StreamFilter(patterns(types, jobIds), caller.projects(), projectId, followed(jobIds));
        long position = position(lastEventId);
        if (request.getMethod().equals("HEAD")) {
            suspended.resume(Response.ok().type(MediaType.SERVER_SENT_EVENTS).build());
            return;
        }
        if (!streams.open() || !totals.take(settings.mostStreams())) {
            throw new RefusedException(
                    ProblemCode.SERVICE_UNAVAILABLE,
                    streams.open()
                            ? "This node serves as many event streams as it may (SLUICE_EVENTS_STREAMS); try again later."
                            : "This node is going down; connect to another one.",
                    streams.open() ? FULL : GOING_DOWN);
        }
        begin(request.getAsyncContext(), filter, position);
    }

    /**
     * Takes the response out of the hands of JAX-RS, whose streams would block the thread that feeds them on the slowest
     * reader: a servlet's response can be written without waiting.
     */
    private void begin(AsyncContext connection, StreamFilter filter, long position) throws IOException {
        try {
            ServletResponse response = connection.getResponse();
            response.setContentType(MediaType.SERVER_SENT_EVENTS);
            response.setCharacterEncoding("utf-8");
            EventStream stream = new EventStream(connection, filter, caller.tokenId(), position, feed.removed());
            stream.open();
            streams.add(stream);
        } catch (IOException | RuntimeException failed) {
            totals.giveBack();
            throw failed;
        }
    }

    /** Who names jobs and no types of events wants to hear of those jobs alone. */
    private Set<String> patterns(@Nullable String types, @Nullable String jobIds) {
        return types == null && jobIds != null
                ? StreamFilter.NO_EVENTS
                : StreamFilter.patterns(
                        types, events.types().stream().map(EventType::name).toList());
    }

    /** Jobs of others, and of no project, do not exist for a caller with projects of its own. */
    private Set<UUID> followed(@Nullable String jobIds) {
        Set<UUID> wanted = StreamFilter.jobs(jobIds);
        Set<UUID> seen = jobs.states(wanted).stream()
                .filter(job -> caller.projects().isEmpty() || (job.projectId() != null && caller.sees(job.projectId())))
                .map(State::id)
                .collect(Collectors.toSet());
        wanted.stream().filter(id -> !seen.contains(id)).findFirst().ifPresent(id -> {
            throw new NotFoundException("job", id.toString());
        });
        return wanted;
    }

    /** Negative: from now on. */
    private long position(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return -1;
        }
        if (lastEventId.matches("[0-9]{1,18}") && Long.parseLong(lastEventId) <= feed.end()) {
            return Long.parseLong(lastEventId);
        }
        throw new InvalidInputException(
                LAST_EVENT_ID, "is not the id of an event of this installation; connect without it.");
    }
}
