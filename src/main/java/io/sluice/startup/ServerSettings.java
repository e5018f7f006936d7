package io.sluice.startup;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Settings that the server or its start script reads before the WAR exists; checked here so that none is misspelt. */
@Singleton
public class ServerSettings implements Settings {
    private final int httpPort;

    @Inject
    public ServerSettings(Configuration configuration) {
        httpPort = configuration.integer("sluice.http.port", 1, 65_535);
        configuration.text("sluice.http.host");
        configuration.text("sluice.data.dir");
    }

    /** The port that people are told to call. */
    public int httpPort() {
        return httpPort;
    }
}
