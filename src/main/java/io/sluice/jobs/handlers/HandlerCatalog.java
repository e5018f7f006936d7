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
import java.util.TreeMap;

/** All handlers of this node: ours, and those of every jar in {@code WEB-INF/lib}. Ends the start on a wrong one. */
@ApplicationScoped
public class HandlerCatalog {
    @Inject
    @Any
    Instance<JobHandler<?>> beans;

    @Inject
    JobsSettings settings;

    private Map<String, RegisteredHandler> handlers = Map.of();

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

    public Optional<RegisteredHandler> find(String type) {
        return Optional.ofNullable(handlers.get(type));
    }

    /** Slots beside the shared ones, of all types together. */
    public int ownSlots() {
        return handlers.values().stream().mapToInt(RegisteredHandler::ownSlots).sum();
    }

    public Collection<RegisteredHandler> all() {
        return new TreeMap<>(handlers).values();
    }
}
