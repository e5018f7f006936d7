package io.sluice.admin.openapi;

import io.sluice.problems.Problem;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASModelReader;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.Paths;
import org.eclipse.microprofile.openapi.models.info.Info;
import org.eclipse.microprofile.openapi.models.info.License;
import org.eclipse.microprofile.openapi.models.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Builds the document that {@code /openapi} publishes; the server asks for it once. */
public class ApiDescription implements OASModelReader {
    static final String SCHEME = "access_token";
    private static final String ROOT = "/v1";

    private final Schemas schemas = new Schemas();

    @Override
    public OpenAPI buildModel() {
        Paths paths = OASFactory.createObject(Paths.class);
        operations().forEach((path, methods) -> paths.addPathItem(path, item(path, methods)));
        schemas.of(Problem.class);
        SecurityScheme bearer = OASFactory.createObject(SecurityScheme.class)
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description("An access token, made by POST /v1/tokens; it has one of the roles operator, viewer,"
                        + " service and owner. A project that a token does not see does not exist for it: 404.");
        return OASFactory.createObject(OpenAPI.class)
                .openapi("3.0.0")
                .info(OASFactory.createObject(Info.class)
                        .title("Sluice")
                        .version("1")
                        .description("Enforces usage limits of API platforms. Every refusal is a problem document"
                                + " (RFC 9457) with a stable code; /errors explains each.")
                        .license(OASFactory.createObject(License.class)
                                .name("Apache-2.0")
                                .url("https://www.apache.org/licenses/LICENSE-2.0")))
                .components(OASFactory.createObject(org.eclipse.microprofile.openapi.models.Components.class)
                        .schemas(schemas.named())
                        .addSecurityScheme(SCHEME, bearer))
                .addSecurityRequirement(
                        OASFactory.createObject(SecurityRequirement.class).addScheme(SCHEME))
                .paths(paths);
    }

    private PathItem item(String path, Map<String, Method> methods) {
        PathItem item = OASFactory.createObject(PathItem.class);
        methods.forEach((verb, method) -> item.setOperation(
                PathItem.HttpMethod.valueOf(verb), new CallDescription(schemas, path, verb, method).build()));
        return item;
    }

    /** Every resource method by path and verb, in the order of the alphabet. */
    private static Map<String, Map<String, Method>> operations() {
        Map<String, Map<String, Method>> found = new TreeMap<>();
        List<? extends Class<?>> resources =
                CDI.current().getBeanManager().getBeans(Object.class, Any.Literal.INSTANCE).stream()
                        .map(Bean::getBeanClass)
                        .filter(type -> type.isAnnotationPresent(Path.class))
                        .distinct()
                        .sorted(Comparator.comparing(Class::getName))
                        .toList();
        for (Class<?> resource : resources) {
            for (Method method : resource.getMethods()) {
                verb(method)
                        .ifPresent(verb -> found.computeIfAbsent(
                                        path(resource, method), path -> new TreeMap<>(Comparator.naturalOrder()))
                                .put(verb, method));
            }
        }
        return found;
    }

    private static java.util.Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value())
                .findFirst();
    }

    private static String path(Class<?> resource, Method method) {
        Path below = method.getAnnotation(Path.class);
        String whole =
                ROOT + "/" + resource.getAnnotation(Path.class).value() + "/" + (below == null ? "" : below.value());
        // A template may carry a pattern, {id: [a-z]+}, which is no part of its name.
        return whole.replaceAll("\\{\\s*(\\w+)\\s*:[^}]*}", "{$1}")
                .replaceAll("/{2,}", "/")
                .replaceAll("/$", "");
    }
}
