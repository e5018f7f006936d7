package io.sluice.quotas.check;

import io.sluice.projects.ProjectStatus;
import io.sluice.projects.ProjectStatusChanged;
import io.sluice.projects.ProjectTermsChanged;
import io.sluice.projects.Suspension;
import io.sluice.projects.Suspensions;
import io.sluice.quotas.CheckRequests;
import io.sluice.quotas.Quotas;
import io.sluice.quotas.check.CrossingRepository.Crossed;
import io.sluice.usage.UsageCounted;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Has projects checked at once when their usage reaches a cap or a band, instead of at the next full hour. Works in the
 * transaction of whatever caused it, so that neither happens without the other.
 */
@ApplicationScoped
public class Crossings {
    @Inject
    CrossingRepository repository;

    @Inject
    CheckRequests checks;

    @Inject
    Quotas quotas;

    /** Usage of a coming period is judged when that begins: a check of today would not see it. */
    void onCounting(@Observes UsageCounted counted) {
        List<String> now = new ArrayList<>();
        SortedMap<Instant, List<String>> later = new TreeMap<>();
        for (Crossed crossed : repository.crossed(counted.changes())) {
            Instant coming = crossed.coming();
            (coming == null ? now : later.computeIfAbsent(coming, start -> new ArrayList<>())).add(crossed.projectId());
        }
        checks.check(now);
        later.forEach(checks::checkAt);
    }

    void onOtherTerms(@Observes ProjectTermsChanged changed) {
        quotas.compareAnew(changed.projectId());
    }

    /** What was counted while the project was not active has not been looked at. */
    void onActivation(@Observes ProjectStatusChanged changed) {
        if (changed.to() == ProjectStatus.ACTIVE) {
            quotas.compareAnew(changed.projectId());
        }
    }

    /**
     * The same for a project that was suspended. Who resolves a suspension for caps knows those, and gives the project
     * until the hourly check to get below them; caps that were reached since then are another matter.
     */
    void onResumption(@Observes Suspensions.Resolved resolved) {
        Suspension ended = resolved.suspension();
        if (ended.cause().equals("hard_cap")) {
            quotas.compareAnewBesides(ended.projectId(), ended.exceeded());
        } else {
            quotas.compareAnew(ended.projectId());
        }
    }
}
