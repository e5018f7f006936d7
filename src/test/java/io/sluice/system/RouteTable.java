package io.sluice.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The table of calls in {@code src/docs/api.md}. */
final class RouteTable {
    static final Path DOCUMENT = Path.of("src/docs/api.md");

    private RouteTable() {}

    /** Its rows as they stand there. */
    static List<String> rows() {
        try {
            return Files.readAllLines(DOCUMENT).stream()
                    .filter(line -> line.matches("\\| (GET|POST|PUT|PATCH|DELETE) \\| `/.*"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The roles of each call, by {@code METHOD /path}. */
    static Map<String, List<String>> roles() {
        return rows().stream()
                .map(row -> row.split("\\s*\\|\\s*"))
                .collect(Collectors.toMap(
                        cells -> cells[1] + " " + cells[2].replace("`", ""),
                        cells -> List.of(cells[3].split(", ")),
                        (first, second) -> first,
                        TreeMap::new));
    }
}
