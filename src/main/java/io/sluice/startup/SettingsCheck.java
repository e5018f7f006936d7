package io.sluice.startup;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.CreationException;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The first thing that runs: builds every feature's settings and looks for variables that no feature knows. Ends the
 * process when anything is wrong.
 */
@Singleton
@Startup
@TransactionManagement(TransactionManagementType.BEAN)
public class SettingsCheck {
    @Inject
    @Any
    Instance<Settings> settings;

    @Inject
    Configuration configuration;

    @PostConstruct
    void check() {
        try {
            for (Instance.Handle<Settings> handle : settings.handles()) {
                handle.get();
            }
            refuseUnknownVariables(System.getenv());
        } catch (InvalidSettingException invalid) {
            StartupFailure.end(sentenceOf(invalid));
        } catch (CreationException wrapped) {
            StartupFailure.end(sentenceOf(wrapped));
        }
    }

    private void refuseUnknownVariables(Map<String, String> environment) {
        Set<String> known = new TreeSet<>();
        for (String key : configuration.knownKeys()) {
            known.add(Configuration.environmentName(key));
        }
        for (String name : environment.keySet()) {
            if (name.startsWith("SLUICE_") && !known.contains(name)) {
                throw new InvalidSettingException(
                        name + " is not a setting of Sluice; the settings are " + String.join(", ", known) + ".");
            }
        }
    }

    private static String sentenceOf(Throwable wrapped) {
        Throwable cause = wrapped;
        while (cause.getCause() != null && !(cause instanceof InvalidSettingException)) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
