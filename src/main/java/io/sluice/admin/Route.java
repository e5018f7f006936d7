package io.sluice.admin;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.MatrixParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a resource method says about the requests it takes. Worked out once for each method.
 *
 * @param roles who may call it; empty: nobody
 * @param query its query parameters, and whether each may be repeated
 * @param hasBody whether it reads a body
 * @param mostBytes the longest body
 */
record Route(Set<String> roles, Map<String, Boolean> query, boolean hasBody, int mostBytes) {
    private static final int MEBIBYTE = 1 << 20;
    private static final List<Class<? extends Annotation>> NOT_THE_BODY = List.of(
            PathParam.class,
            QueryParam.class,
            HeaderParam.class,
            MatrixParam.class,
            CookieParam.class,
            BeanParam.class,
            Context.class,
            Suspended.class);
    private static final Map<Method, Route> KNOWN = new ConcurrentHashMap<>();

    static Route of(Method method) {
        return KNOWN.computeIfAbsent(method, Route::read);
    }

    private static Route read(Method method) {
        RolesAllowed allowed = method.getAnnotation(RolesAllowed.class);
        Map<String, Boolean> query = new HashMap<>();
        boolean hasBody = false;
        for (Parameter parameter : method.getParameters()) {
            addQuery(query, parameter, parameter.getType());
            if (parameter.isAnnotationPresent(BeanParam.class)) {
                for (Field field : parameter.getType().getDeclaredFields()) {
                    addQuery(query, field, field.getType());
                }
            }
            hasBody |= NOT_THE_BODY.stream().noneMatch(parameter::isAnnotationPresent);
        }
        Set<String> roles = allowed == null ? Set.of() : Set.copyOf(Arrays.asList(allowed.value()));
        int mebibytes = method.isAnnotationPresent(LargeBody.class) ? 8 : 1;
        return new Route(roles, Map.copyOf(query), hasBody, mebibytes * MEBIBYTE);
    }

    private static void addQuery(Map<String, Boolean> query, AnnotatedElement place, Class<?> type) {
        QueryParam parameter = place.getAnnotation(QueryParam.class);
        if (parameter != null) {
            query.put(parameter.value(), Collection.class.isAssignableFrom(type));
        }
    }
}
