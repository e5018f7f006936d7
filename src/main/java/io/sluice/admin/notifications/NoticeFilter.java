package io.sluice.admin.notifications;

import io.sluice.InvalidInputException;
import io.sluice.notifications.NoticeKind;
import io.sluice.notifications.Notices;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What lists of notices may be narrowed by; a {@code @BeanParam}. */
public class NoticeFilter {
    private static final List<String> STATES = List.of("pending", "sent", "failed", "suppressed", "kept");

    @QueryParam("state")
    @Nullable
    String state;

    @QueryParam("kind")
    @Nullable
    String kind;

    /**
     * The query for it.
     *
     * @param projectId null: of all projects
     * @param recipient null: any
     */
    Notices.Query query(@Nullable String projectId, @Nullable String recipient) {
        if (state != null && !STATES.contains(state)) {
            throw new InvalidInputException("state", "must be " + String.join(", ", STATES) + ".");
        }
        if (kind != null && NoticeKind.of(kind).isEmpty()) {
            throw new InvalidInputException("kind", "is not a kind that anybody is told of.");
        }
        return new Notices.Query(projectId, recipient, state, kind);
    }
}
