package io.sluice.projects;

import io.sluice.InvalidInputException;
import io.sluice.SluiceException.FieldError;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a project's members may be. Collects every broken rule, then refuses them together. */
final class ProjectRules {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    private static final Pattern ADDRESS =
            Pattern.compile("[^\\s@\\p{Cntrl}\"(),:;<>\\[\\]\\\\]{1,64}@[^\\s@\\p{Cntrl}]+\\.[^\\s@.\\p{Cntrl}]+");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Set<String> ENVIRONMENTS = Set.of("prod", "staging", "dev");
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

    private final List<FieldError> errors = new ArrayList<>();

    /** Whether the text can be the id of a project at all. */
    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    ProjectRules id(@Nullable String id) {
        return require("id", id == null || isId(id), "must be 1 to 64 of a-z A-Z 0-9 _ and -.");
    }

    ProjectRules name(@Nullable String name) {
        boolean valid = name == null
                || (!name.isBlank()
                        && name.length() <= 200
                        && !CONTROL.matcher(name).find());
        return require("name", valid, "must be 1 to 200 characters on one line.");
    }

    ProjectRules ownerEmail(@Nullable String address) {
        boolean valid = address == null
                || (address.length() <= 254 && ADDRESS.matcher(address).matches());
        return require("owner_email", valid, "must be an e-mail address such as owner@example.org.");
    }

    /** Whether there is such a plan, the database says; this much it cannot even be asked. */
    ProjectRules plan(@Nullable String plan) {
        return require("plan", plan == null || isId(plan), "is not the name of a plan; GET /v1/plans lists them.");
    }

    ProjectRules environment(@Nullable String environment) {
        return require(
                "environment",
                environment == null || ENVIRONMENTS.contains(environment),
                "must be prod, staging or dev.");
    }

    /** Names without a slash are refused: PostgreSQL reads some of them, such as MET, as fixed offsets. */
    ProjectRules timeZone(@Nullable String zone) {
        boolean valid = zone == null || zone.equals("UTC") || (zone.indexOf('/') > 0 && ZONES.contains(zone));
        return require("time_zone", valid, "must be an IANA time zone such as Europe/Berlin, or UTC.");
    }

    ProjectRules anchorDay(@Nullable Integer day) {
        return require("anchor_day", day == null || (day >= 1 && day <= 31), "must be a day of the month, 1 to 31.");
    }

    /** Refuses what was wrong so far. */
    void check() {
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
    }

    private ProjectRules require(String field, boolean valid, String rule) {
        if (!valid) {
            errors.add(new FieldError(field, rule));
        }
        return this;
    }
}
