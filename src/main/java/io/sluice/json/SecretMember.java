package io.sluice.json;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a text in a job's payload record, or in a record that is in it or in a list of it, as a secret: it is sealed under
 * the master key before the payload is stored, opened only for the handler, and shown to nobody. Its schema says
 * {@code writeOnly}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface SecretMember {}
