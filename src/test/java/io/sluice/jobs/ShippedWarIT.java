package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.TestJobs;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

class ShippedWarIT {
    @Test
    void holdsNoTestHandlerAndTheTestsWarDiffersByTwoJarsOnly() throws IOException {
        List<String> shipped = entries(new File(System.getProperty("sluice.it.war", "target/sluice.war")));
        List<String> tested = entries(TestJobs.war().toFile());
        assertThat(shipped).contains("WEB-INF/classes/io/sluice/jobs/Job.class");
        assertThat(shipped)
                .noneMatch(name -> name.contains("test-jobs")
                        || name.contains("testjobs")
                        || name.contains("testkit")
                        || name.contains("greetings"));
        assertThat(tested.stream().filter(name -> !shipped.contains(name)))
                .containsExactlyInAnyOrder("WEB-INF/lib/test-jobs.jar", "WEB-INF/lib/greetings.jar");
    }

    private static List<String> entries(File war) throws IOException {
        try (ZipFile zip = new ZipFile(war)) {
            return zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .toList();
        }
    }
}
