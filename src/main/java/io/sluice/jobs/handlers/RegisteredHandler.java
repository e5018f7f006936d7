package io.sluice.jobs.handlers;

import io.sluice.jobs.HandlesJob;
import io.sluice.jobs.JobContext;
import io.sluice.jobs.JobHandler;
import io.sluice.jobs.JobOutcome;
import io.sluice.jobs.JobsSettings;
import io.sluice.jobs.sealing.SecretMembers;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;

/**
 * A handler that was found, with everything its annotation says.
 *
 * @param payloadType the record that payloads are read into
 * @param announcesFailure whether others are told when a job failed for good
 * @param ownSlots slots of its own on this node; 0: it shares the node's
 */
public record RegisteredHandler(
        String type,
        String description,
        Class<?> payloadType,
        RetryPolicy policy,
        Duration timeout,
        boolean announcesFailure,
        int ownSlots,
        JobHandler<Object> handler) {

    /**
     * Reads a handler's annotation and generic type where there is no container.
     *
     * @throws IllegalArgumentException if one of them says something impossible
     */
    public static RegisteredHandler of(HandlesJob annotation, JobHandler<?> handler, Duration defaultTimeout) {
        return of(annotation, Set.of(handler.getClass().getGenericInterfaces()), handler, defaultTimeout);
    }

    /**
     * Reads a bean's annotation and generic type.
     *
     * @throws IllegalArgumentException if one of them says something impossible
     */
    static RegisteredHandler of(
            HandlesJob annotation, Set<Type> beanTypes, JobHandler<?> bean, Duration defaultTimeout) {
        if (!annotation.value().matches("[A-Za-z0-9_-]{1,100}")) {
            throw new IllegalArgumentException("a type has 1 to 100 letters, digits, _ and -");
        }
        if (annotation.ownSlots() < 0 || annotation.ownSlots() > JobsSettings.MOST_OWN_SLOTS) {
            throw new IllegalArgumentException("ownSlots must be from 0 to " + JobsSettings.MOST_OWN_SLOTS);
        }
        try {
            RetryPolicy policy = new RetryPolicy(
                    annotation.maxAttempts(),
                    Duration.parse(annotation.backoff()),
                    Duration.parse(annotation.backoffCap()),
                    annotation.jitter(),
                    Arrays.stream(annotation.finalErrors()).map(Class::getName).toList());
            Duration timeout = annotation.timeout().isEmpty() ? defaultTimeout : Duration.parse(annotation.timeout());
            return new RegisteredHandler(
                    annotation.value(),
                    annotation.description(),
                    payloadType(beanTypes),
                    policy,
                    timeout,
                    annotation.announceFailure(),
                    annotation.ownSlots(),
                    cast(bean));
        } catch (DateTimeException notADuration) {
            throw new IllegalArgumentException("durations are written like PT30S", notADuration);
        }
    }

    /** This handler under what operators set for its type. */
    RegisteredHandler under(Controls set) {
        Duration base = set.backoff() == null ? policy.base() : set.backoff();
        Duration cap = set.backoffCap() == null ? policy.cap() : set.backoffCap();
        return new RegisteredHandler(
                type,
                description,
                payloadType,
                new RetryPolicy(
                        set.maxAttempts() == null ? policy.maxAttempts() : set.maxAttempts(),
                        base,
                        cap.compareTo(base) < 0 ? base : cap,
                        set.jitter() == null ? policy.jitter() : set.jitter(),
                        set.finalErrors() == null ? policy.finalErrors() : set.finalErrors()),
                set.timeout() == null ? timeout : set.timeout(),
                announcesFailure,
                ownSlots,
                handler);
    }

    public JobOutcome handle(Object payload, JobContext context) throws Exception {
        return handler.handle(payload, context);
    }

    private static Class<?> payloadType(Set<Type> beanTypes) {
        for (Type candidate : beanTypes) {
            if (candidate instanceof ParameterizedType parameterized
                    && parameterized.getRawType() == JobHandler.class
                    && parameterized.getActualTypeArguments()[0] instanceof Class<?> payload) {
                SecretMembers.check(payload);
                return payload;
            }
        }
        throw new IllegalArgumentException("it must implement JobHandler with a record as its payload");
    }

    @SuppressWarnings("unchecked") // payloads are only ever read into payloadType
    private static JobHandler<Object> cast(JobHandler<?> bean) {
        return (JobHandler<Object>) bean;
    }
}
