package io.sluice.abuse.detection;

import io.sluice.abuse.AbuseRule;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rule finds about a project at a moment.
 *
 * @param projectId empty for the whole installation
 * @param metric empty for rules about keys
 * @param level 1 warning, 2 critical, 3 severe
 * @param value in the unit of the rule
 * @param suspends whether both windows reach the level that suspends and nothing stands in the way, the mode apart
 * @param withheld what stands in the way
 */
record Finding(
        String projectId,
        String rule,
        String metric,
        String mode,
        String unit,
        int level,
        BigDecimal value,
        long observed,
        long previous,
        @Nullable Long baseline,
        Instant windowStart,
        Instant windowEnd,
        boolean suspends,
        @Nullable String withheld) {
    private static final String[] LEVELS = {"none", "warning", "critical", "severe"};

    Finding {
        value = AbuseRule.plain(value);
    }

    boolean enforced() {
        return suspends && mode.equals("enforce");
    }

    String levelWord() {
        return LEVELS[level];
    }

    /** One sentence for people: what was found, and in which window. */
    String sentence() {
        String found = switch (rule) {
            case "usage_spike" ->
                observed + " " + metric + " in an hour, " + value.toPlainString()
                        + " times the project's usual busiest hour of " + baseline;
            case "error_rate" -> value.toPlainString() + " % of the requests of an hour ended in errors";
            case "absolute_rate" ->
                value.toPlainString() + " " + metric + " a minute from a project that has no usual rate yet";
            case "key_creation" -> observed + " keys were made within five minutes";
            default -> observed + " verifications of keys failed within a quarter of an hour";
        };
        return found + " (to " + windowEnd + "; " + previous + " in the window before; rule " + rule + ")";
    }

    /** As results show it. */
    Map<String, @Nullable Object> described() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("project_id", projectId.isEmpty() ? null : projectId);
        members.put("rule", rule);
        members.put("metric", metric.isEmpty() ? null : metric);
        members.put("level", levelWord());
        members.put("unit", unit);
        members.put("value", value);
        members.put("observed", observed);
        members.put("previous", previous);
        members.put("baseline", baseline);
        members.put("window_start", windowStart);
        members.put("window_end", windowEnd);
        members.put("mode", mode);
        members.put("suspends", suspends);
        members.put("withheld", withheld);
        return members;
    }
}
