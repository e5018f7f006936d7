package io.sluice.backups;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The list of processes, as everybody on the machine can read it. */
final class DumpProcesses {
    private DumpProcesses() {}

    /** Waits for a {@code pg_dump} of the schema. */
    static ProcessHandle await(String schema) {
        return Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> ProcessHandle.allProcesses()
                                .filter(process -> commandLine(process).contains("--schema=" + schema))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    static List<String> commandLines() {
        return ProcessHandle.allProcesses().map(DumpProcesses::commandLine).toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }
}
