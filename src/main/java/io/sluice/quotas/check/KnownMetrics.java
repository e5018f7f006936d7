package io.sluice.quotas.check;

import static java.lang.annotation.ElementType.FIELD;
import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import io.sluice.quotas.Quotas;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Every name in the list is that of a metric. */
@Constraint(validatedBy = KnownMetrics.Rule.class)
@Retention(RUNTIME)
@Target({FIELD, METHOD, PARAMETER})
@interface KnownMetrics {
    String message() default "must be names from GET /v1/metrics.";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** The rule itself; asks the database. */
    @Dependent
    class Rule implements ConstraintValidator<KnownMetrics, List<String>> {
        @Inject
        Quotas quotas;

        @Override
        public boolean isValid(@Nullable List<String> names, ConstraintValidatorContext context) {
            return names == null
                    || quotas.unknownMetrics(
                                    names.stream().filter(Objects::nonNull).toList())
                            .isEmpty();
        }
    }
}
