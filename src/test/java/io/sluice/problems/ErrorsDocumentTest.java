package io.sluice.problems;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ErrorsDocumentTest {
    @Test
    void explainsEveryCodeInTheCodesOwnWords() throws IOException {
        assertThat(Files.readAllLines(Path.of("src/docs/errors.md")).stream().filter(line -> line.startsWith("| `")))
                .containsExactlyElementsOf(Arrays.stream(ProblemCode.values())
                        .map(code -> "| `%s` | %d | %s | %s | %s |"
                                .formatted(
                                        code.name(),
                                        code.status(),
                                        code.retryable() ? "yes" : "no",
                                        code.title(),
                                        code.advice()))
                        .toList());
    }
}
