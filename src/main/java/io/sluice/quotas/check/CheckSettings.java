package io.sluice.quotas.check;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/** How checks are done. */
@Singleton
public class CheckSettings implements Settings {
    private static final Set<String> ENVIRONMENTS = Set.of("prod", "staging", "dev");
    private static final int LARGEST_PAGE = 10_000;

    private final List<String> enforcedEnvironments;
    private final int pageSize;

    @Inject
    public CheckSettings(Configuration configuration) {
        String environments = configuration.requiredText("sluice.quotas.enforced.environments");
        enforcedEnvironments = environments.equals("none") ? List.of() : List.of(environments.split("\\s*,\\s*"));
        if (!ENVIRONMENTS.containsAll(enforcedEnvironments)) {
            throw new InvalidSettingException("SLUICE_QUOTAS_ENFORCED_ENVIRONMENTS is '" + environments
                    + "' but must be some of prod, staging, dev, separated by commas, or none.");
        }
        pageSize = configuration.integer("sluice.quotas.check.page.size", 1, LARGEST_PAGE);
    }

    /** Projects of these environments are suspended at their caps; others are warned only. Default {@code prod}. */
    public List<String> enforcedEnvironments() {
        return enforcedEnvironments;
    }

    /** Most projects that are decided on in one transaction; smaller pages make long checks slower. Default 10,000. */
    public int pageSize() {
        return pageSize;
    }
}
