package io.sluice;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the features that the annotated package may depend on, as paths below {@code io.sluice}. A nested package
 * inherits what its parent may use, and may use its parent. The architecture test fails on every other dependency.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.PACKAGE)
public @interface MayUse {
    String[] value() default {};
}
