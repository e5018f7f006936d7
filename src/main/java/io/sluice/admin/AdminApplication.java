package io.sluice.admin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** All REST calls live under {@code /v1}. */
@ApplicationScoped
@ApplicationPath("/v1")
public class AdminApplication extends Application {
    @Override
    public Map<String, Object> getProperties() {
        return Map.of("jersey.config.server.wadl.disableWadl", true, "jersey.config.disableJsonBinding", true);
    }
}
