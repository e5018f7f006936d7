package io.sluice.system;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.SharedServer;
import io.sluice.testkit.SluiceServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types the README's tour into bash, against the packaged WAR on a database of its own, and compares the answers. */
class ReadmeTourIT {
    private static final String MARK = "\u001e";

    @TempDir
    Path folder;

    @Test
    void everyCommandAnswersWhatTheReadmePrints() throws Exception {
        List<Readme.Step> steps = Readme.tour();
        assertThat(steps).hasSizeGreaterThan(10);
        try (SluiceServer node = SluiceServer.builder()
                .database(SharedServer.postgres().createDatabase())
                .environment("SLUICE_BOOTSTRAP_TOKEN", SharedServer.BOOTSTRAP_TOKEN)
                .start()
                .awaitReady(SharedServer.START_TIMEOUT)) {
            List<String> answers = type(steps, node.baseUri().toString());

            for (int i = 0; i < steps.size(); i++) {
                Readme.Step step = steps.get(i);
                if (step.answer().isEmpty()) {
                    assertThat(answers.get(i)).as(step.commands()).isBlank();
                } else {
                    assertThat(Readme.normalised(answers.get(i)))
                            .as(step.commands())
                            .isEqualTo(Readme.normalised(step.answer()));
                }
            }
        }
    }

    /** What each step printed; all of them share one shell, as they do for a reader. */
    private List<String> type(List<Readme.Step> steps, String server) throws IOException, InterruptedException {
        Path tokenFile = Files.createDirectory(folder.resolve(".sluice")).resolve("operator-token");
        Files.writeString(tokenFile, SharedServer.BOOTSTRAP_TOKEN + "\n");
        StringBuilder script = new StringBuilder();
        for (Readme.Step step : steps) {
            script.append(step.commands().replace("http://localhost:8080", server))
                    .append("printf '")
                    .append(MARK)
                    .append("'\n");
        }
        Path output = folder.resolve("output");
        Process shell = new ProcessBuilder("bash", "-eu", "-c", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = shell.waitFor(300, SECONDS);
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
        assertThat(ended)
                .as("The tour ended; so far: %s", Files.readString(output))
                .isTrue();
        assertThat(shell.exitValue()).as(Files.readString(output)).isZero();
        return List.of(Files.readString(output).split(MARK, -1));
    }
}
