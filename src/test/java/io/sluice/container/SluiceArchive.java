package io.sluice.container;

import java.io.File;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The packaged WAR as users deploy it, and the one class that lets the test runner in. */
final class SluiceArchive {
    private SluiceArchive() {}

    static WebArchive packaged() {
        return ShrinkWrap.create(ZipImporter.class, "sluice.war")
                .importFrom(new File(System.getProperty("sluice.it.war")))
                .as(WebArchive.class)
                .addClass(OpenToTestRunner.class);
    }
}
