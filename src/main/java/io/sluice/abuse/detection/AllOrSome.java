package io.sluice.abuse.detection;

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** A detection says either that it means all projects, or which ones: nothing is meant by leaving both out. */
@Constraint(validatedBy = AllOrSome.Rule.class)
@Retention(RUNTIME)
@Target(TYPE)
@interface AllOrSome {
    String message() default "must have either check_all: true or project_ids.";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** The rule itself. */
    class Rule implements ConstraintValidator<AllOrSome, DetectAbuse> {
        @Override
        public boolean isValid(@Nullable DetectAbuse detect, ConstraintValidatorContext context) {
            return detect == null || Boolean.TRUE.equals(detect.checkAll()) == (detect.projectIds() == null);
        }
    }
}
