package io.sluice.admin;

import io.sluice.access.Roles;
import jakarta.annotation.security.DeclareRoles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** All REST calls live under {@code /v1}. */
@ApplicationScoped
@ApplicationPath("/v1")
@DeclareRoles({Roles.OPERATOR, Roles.VIEWER, Roles.SERVICE, Roles.OWNER})
public class AdminApplication extends Application {
    @Override
    public Map<String, Object> getProperties() {
        return Map.of(
                "jersey.config.server.wadl.disableWadl", true,
                // Names a JSON library that is not there, so that none of the server's own takes part.
                "jersey.config.jsonFeature", "Sluice",
                "jersey.config.disableJsonBinding", true,
                "jersey.config.disableMoxyJson", true);
    }
}
