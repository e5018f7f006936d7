package io.sluice.jobs.handlers;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobsSettings;
import io.sluice.startup.StartupFailure;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.inject.Inject;
import java.lang.annotation.Annotation;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All handlers of this node: ours, and those of every jar in {@code WEB-INF/lib}. Ends the start on a wrong one. */
@ApplicationScoped
public class HandlerCatalog {
    @Inject
    @Any
    Instance<JobHandler<?>> beans;

    @Inject
    JobsSettings settings;

    private Map<String, RegisteredHandler> handlers = Map.of();
    private volatile Map<String, RegisteredHandler> effective = Map.of();
    private volatile Set<String> limited = Set.of();

    @PostConstruct
    void discover() {
        Map<String, RegisteredHandler> found = new TreeMap<>();
        for (Instance.Handle<? extends JobHandler<?>> handle : beans.handles()) {
            Bean<? extends JobHandler<?>> bean = handle.getBean();
            for (Annotation qualifier : bean.getQualifiers()) {
                if (qualifier instanceof HandlesJob annotation) {
                    add(found, annotation, bean, handle.get());
                }
            }
        }
        handlers = Map.copyOf(found);
        effective = handlers;
        if (ownSlots() > JobsSettings.MOST_OWN_SLOTS) {
            StartupFailure.end("the job handlers ask for more than " + JobsSettings.MOST_OWN_SLOTS
                    + " slots of their own together.");
        }
    }

    private void add(
            Map<String, RegisteredHandler> found, HandlesJob annotation, Bean<?> bean, JobHandler<?> instance) {
        String name = bean.getBeanClass().getName();
        try {
            RegisteredHandler handler = RegisteredHandler.of(annotation, bean.getTypes(), instance, settings.timeout());
            if (found.put(handler.type(), handler) != null) {
                StartupFailure.end(
                        "two handlers claim the job type '" + handler.type() + "', one of them is " + name + ".");
            }
        } catch (IllegalArgumentException wrong) {
            StartupFailure.end("the job handler " + name + " is not valid: " + wrong.getMessage() + ".");
        }
    }

    /** Takes over what operators set for types; attempts that run keep what they began with. */
    void apply(Map<String, Controls> set) {
        Map<String, RegisteredHandler> now = new TreeMap<>();
        handlers.forEach((type, handler) -> now.put(type, handler.under(set.getOrDefault(type, Controls.NONE))));
        effective = Map.copyOf(now);
        limited = set.entrySet().stream()
                .filter(entry -> entry.getValue().isLimited())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The handler as its annotation describes it, whatever operators set. */
    Collection<RegisteredHandler> asWritten() {
        return new TreeMap<>(handlers).values();
    }

    /** Whether a type has limits that hold on all nodes together. */
    public boolean isLimited(String type) {
        return limited.contains(type);
    }

    /** The handler of a type under what operators set for it. */
    public Optional<RegisteredHandler> find(String type) {
        return Optional.ofNullable(effective.get(type));
    }

    /** Slots beside the shared ones, of all types together. */
    public int ownSlots() {
        return handlers.values().stream().mapToInt(RegisteredHandler::ownSlots).sum();
    }

    public Collection<RegisteredHandler> all() {
        return new TreeMap<>(effective).values();
    }
}
