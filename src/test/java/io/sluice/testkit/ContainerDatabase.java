package io.sluice.testkit;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Gives the in-container tests a database before their server is configured. Does nothing in a unit test run. */
public final class ContainerDatabase implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("sluice.it.server") != null) {
            System.setProperty(
                    "sluice.it.db.url", SharedServer.postgres().createDatabase().url());
        }
    }
}
