package io.sluice.abuse.detection;

import io.sluice.events.Event;
import io.sluice.events.EventsPublished;
import io.sluice.keys.KeysRefused;
import io.sluice.projects.ProjectTermsChanged;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Notes what other features do and the rules need to know, in the transactions in which it is done. */
@ApplicationScoped
public class Neighbours {
    private static final String KEY_CREATED = "key.created";

    @Inject
    NeighbourRepository repository;

    /** What was usual under another plan or environment says little for an hour. */
    void onOtherTerms(@Observes ProjectTermsChanged changed) {
        repository.noteTermChange(changed.projectId());
    }

    void onRefusedKeys(@Observes KeysRefused refused) {
        repository.countKeys("refused", refused.attemptsByProject());
    }

    void onEvents(@Observes EventsPublished published) {
        Map<String, Long> created = new TreeMap<>();
        published.events().stream()
                .filter(event -> event.type().equals(KEY_CREATED))
                .map(Event::projectId)
                .filter(Objects::nonNull)
                .forEach(projectId -> created.merge(projectId, 1L, Long::sum));
        if (!created.isEmpty()) {
            repository.countKeys("created", created);
        }
    }
}
