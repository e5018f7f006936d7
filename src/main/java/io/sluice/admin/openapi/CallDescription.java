package io.sluice.admin.openapi;

import io.sluice.problems.Problem;
import io.sluice.problems.ProblemCode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.Suspended;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter.In;
import org.eclipse.microprofile.openapi.models.parameters.RequestBody;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** Describes one call from its resource method. */
final class CallDescription {
    private final Schemas schemas;
    private final String path;
    private final String verb;
    private final Method method;
    private final Operation operation = OASFactory.createObject(Operation.class);

    CallDescription(Schemas schemas, String path, String verb, Method method) {
        this.schemas = schemas;
        this.path = path;
        this.verb = verb;
        this.method = method;
    }

    Operation build() {
        var described = method.getAnnotation(org.eclipse.microprofile.openapi.annotations.Operation.class);
        Tag group = method.getDeclaringClass().getAnnotation(Tag.class);
        RolesAllowed roles = method.getAnnotation(RolesAllowed.class);
        List<String> allowed = roles == null ? List.of() : List.of(roles.value());
        operation
                .operationId(
                        method.getDeclaringClass().getSimpleName().replaceAll("Resource$", "") + "." + method.getName())
                .summary(described == null ? "" : described.summary())
                .description("Roles: " + String.join(", ", allowed) + ".")
                .addExtension("x-roles", allowed);
        if (group != null) {
            operation.addTag(group.name());
        }
        boolean hasBody = addInput();
        addAnswers(hasBody);
        return operation;
    }

    private boolean addInput() {
        boolean hasBody = false;
        for (Parameter parameter : method.getParameters()) {
            if (parameter.isAnnotationPresent(PathParam.class)) {
                add(In.PATH, parameter.getAnnotation(PathParam.class).value(), parameter.getParameterizedType());
            } else if (parameter.isAnnotationPresent(BeanParam.class)) {
                for (Field field : parameter.getType().getDeclaredFields()) {
                    addQuery(field, field.getGenericType());
                }
            } else if (parameter.isAnnotationPresent(QueryParam.class)) {
                addQuery(parameter, parameter.getParameterizedType());
            } else if (parameter.isAnnotationPresent(HeaderParam.class)) {
                add(In.HEADER, parameter.getAnnotation(HeaderParam.class).value(), parameter.getParameterizedType());
            } else if (!parameter.isAnnotationPresent(Context.class)
                    && !parameter.isAnnotationPresent(Suspended.class)) {
                hasBody = true;
                operation.requestBody(OASFactory.createObject(RequestBody.class)
                        .required(true)
                        .content(content(MediaType.APPLICATION_JSON, schemas.of(parameter.getParameterizedType()))));
            }
        }
        if (verb.equals("POST")) {
            add(In.HEADER, "Idempotency-Key", String.class);
        }
        if (decidesOnVersion()) {
            add(In.HEADER, HttpHeaders.IF_MATCH, String.class);
        }
        return hasBody;
    }

    private boolean decidesOnVersion() {
        return !verb.equals("GET") && List.of(method.getParameterTypes()).contains(HttpHeaders.class);
    }

    private void addQuery(AnnotatedElement place, Type type) {
        QueryParam query = place.getAnnotation(QueryParam.class);
        if (query != null) {
            add(In.QUERY, query.value(), type);
        }
    }

    private void add(In in, String name, Type type) {
        operation.addParameter(
                OASFactory.createObject(org.eclipse.microprofile.openapi.models.parameters.Parameter.class)
                        .name(name)
                        .in(in)
                        .required(in == In.PATH)
                        .schema(schemas.of(type)));
    }

    private void addAnswers(boolean hasBody) {
        APIResponses answers = OASFactory.createObject(APIResponses.class);
        APIResponse[] own = method.getAnnotationsByType(APIResponse.class);
        Set<ProblemCode> refusals = refusals(hasBody);
        boolean succeeds = false;
        for (APIResponse answer : own) {
            if (answer.responseCode().startsWith("2")) {
                answers.addAPIResponse(answer.responseCode(), success(answer.description()));
                succeeds = true;
            }
            ProblemCode.named(answer.description()).ifPresent(refusals::add);
        }
        if (!succeeds) {
            boolean empty = method.getReturnType() == void.class;
            answers.addAPIResponse(empty ? "204" : "200", success(empty ? "Done" : "The answer"));
        }
        TreeMap<Integer, Set<String>> codes = new TreeMap<>();
        refusals.forEach(code ->
                codes.computeIfAbsent(code.status(), status -> new TreeSet<>()).add(code.name()));
        codes.forEach((status, names) -> answers.addAPIResponse(
                String.valueOf(status),
                OASFactory.createObject(org.eclipse.microprofile.openapi.models.responses.APIResponse.class)
                        .description(String.join(", ", names))
                        .content(content(Problem.MEDIA_TYPE, schemas.of(Problem.class)))));
        operation.responses(answers);
    }

    private org.eclipse.microprofile.openapi.models.responses.APIResponse success(String description) {
        var answer = OASFactory.createObject(org.eclipse.microprofile.openapi.models.responses.APIResponse.class)
                .description(description);
        Type type = method.getGenericReturnType();
        boolean known = type != void.class && type != jakarta.ws.rs.core.Response.class;
        return known ? answer.content(content(MediaType.APPLICATION_JSON, schemas.of(type))) : answer;
    }

    /** What every call of this form can be refused for. A method adds its own by an annotation whose text is the code. */
    private Set<ProblemCode> refusals(boolean hasBody) {
        Set<ProblemCode> codes = new TreeSet<>(List.of(
                ProblemCode.VALIDATION_ERROR,
                ProblemCode.AUTHENTICATION_REQUIRED,
                ProblemCode.TOKEN_EXPIRED,
                ProblemCode.PERMISSION_DENIED,
                ProblemCode.NOT_ACCEPTABLE,
                ProblemCode.INTERNAL_ERROR,
                ProblemCode.SERVICE_UNAVAILABLE));
        if (path.contains("{") || hasBody) {
            codes.add(ProblemCode.NOT_FOUND);
        }
        if (!verb.equals("GET")) {
            codes.add(ProblemCode.CONFLICT);
        }
        if (decidesOnVersion()) {
            codes.add(ProblemCode.PRECONDITION_FAILED);
        }
        if (hasBody) {
            codes.add(ProblemCode.PAYLOAD_TOO_LARGE);
            codes.add(ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        }
        if (verb.equals("POST")) {
            codes.add(ProblemCode.IDEMPOTENCY_MISMATCH);
        }
        return codes;
    }

    private static Content content(String mediaType, Schema schema) {
        return OASFactory.createObject(Content.class)
                .addMediaType(
                        mediaType,
                        OASFactory.createObject(org.eclipse.microprofile.openapi.models.media.MediaType.class)
                                .schema(schema));
    }
}
