package io.sluice.quotas.check;

import io.sluice.projects.ProjectStatus;
import io.sluice.projects.ProjectStatusChanged;
import io.sluice.projects.ProjectTermsChanged;
import io.sluice.quotas.CheckRequests;
import io.sluice.quotas.Quotas;
import io.sluice.usage.UsageCounted;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

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

    void onCounting(@Observes UsageCounted counted) {
        checks.check(repository.crossed(counted.changes()));
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
}
