package io.sluice.usage;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.SluiceException.FieldError;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.usage.Metric.Aggregation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be measured. Some metrics exist from the first start; operators add their own. */
@ApplicationScoped
public class Metrics {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern TEXT = Pattern.compile("[^\\p{Cntrl}]{0,500}");

    @Inject
    MetricRepository metrics;

    @Inject
    LedgerRepository ledger;

    @Inject
    AuditLog audit;

    /** All metrics by name. */
    @Transactional
    public List<Metric> list() {
        return metrics.all();
    }

    /** One metric; {@link NotFoundException} if there is none. */
    @Transactional
    public Metric get(String name) {
        return metrics.find(name).orElseThrow(() -> new NotFoundException("metric", name));
    }

    /**
     * Makes a metric, or changes the one of that name. Waits for events that are just being counted, so that none of
     * them is counted in another way than it will be read.
     *
     * @return true if it was made
     * @throws ConflictException if its usage was recorded under another aggregation
     */
    @Transactional
    public boolean put(String name, String unit, Aggregation aggregation, @Nullable String description) {
        check(name, unit, description);
        ledger.stopCounting();
        Optional<Metric> before = metrics.find(name);
        boolean changesMeaning =
                before.filter(metric -> metric.aggregation() != aggregation).isPresent();
        if (changesMeaning && metrics.isUsed(name)) {
            throw new ConflictException("Usage of the metric '" + name + "' is recorded, so its aggregation stays "
                    + before.orElseThrow().aggregation().word() + ".");
        }
        Map<String, Object> old = before.map(Metrics::state).orElse(null);
        Metric after = metrics.put(name, unit, aggregation, description == null ? "" : description);
        String action = before.isEmpty() ? "metric.created" : "metric.updated";
        audit.record(new NewAuditEntry(action, "metric", name, null, old, state(after)));
        return before.isEmpty();
    }

    /** Whether the text can be the name of a metric at all. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static void check(String name, String unit, @Nullable String description) {
        List<FieldError> errors = new ArrayList<>();
        if (!isName(name)) {
            errors.add(new FieldError("name", "must be 1 to 64 of a-z 0-9 and _, beginning with a letter."));
        }
        if (unit.isBlank() || unit.length() > 50 || !TEXT.matcher(unit).matches()) {
            errors.add(new FieldError("unit", "must be 1 to 50 characters on one line."));
        }
        if (description != null && !TEXT.matcher(description).matches()) {
            errors.add(new FieldError("description", "must be at most 500 characters on one line."));
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
    }

    private static Map<String, Object> state(Metric metric) {
        return Map.of(
                "unit", metric.unit(),
                "aggregation", metric.aggregation().word(),
                "description", metric.description());
    }
}
