package io.sluice.abuse.detection;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;

/** How abuse is looked for. */
@Singleton
public class AbuseSettings implements Settings {
    private static final Set<String> ENVIRONMENTS = Set.of("prod", "staging", "dev");
    private static final int LARGEST_PAGE = 10_000;

    private final List<String> enforcedEnvironments;
    private final int pageSize;

    @Inject
    public AbuseSettings(Configuration configuration) {
        String environments = configuration.requiredText("sluice.abuse.enforced.environments");
        enforcedEnvironments = environments.equals("none") ? List.of() : List.of(environments.split("\\s*,\\s*"));
        if (!ENVIRONMENTS.containsAll(enforcedEnvironments)) {
            throw new InvalidSettingException("SLUICE_ABUSE_ENFORCED_ENVIRONMENTS is '" + environments
                    + "' but must be some of prod, staging, dev, separated by commas, or none.");
        }
        pageSize = configuration.integer("sluice.abuse.page.size", 1, LARGEST_PAGE);
    }

    /** Projects of these environments are suspended for abuse; others are shown only. Default {@code prod}. */
    public List<String> enforcedEnvironments() {
        return enforcedEnvironments;
    }

    /** Most projects that are looked at in one transaction. Default 5,000. */
    public int pageSize() {
        return pageSize;
    }
}
