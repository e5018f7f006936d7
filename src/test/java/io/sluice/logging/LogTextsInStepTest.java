package io.sluice.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What wants a look in the log, and the page that says what it means and what to do, name the same texts. */
class LogTextsInStepTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path PAGE = Path.of("src/docs/operations.md");
    private static final Pattern WANTS_A_LOOK = Pattern.compile("\\b(?i:log)\\s*\\.\\s*(?:warning|error)\\(\\s*");
    private static final Pattern ANY = Pattern.compile("\\b(?i:log)\\s*\\.\\s*\\w+\\(\\s*");
    private static final Pattern LITERAL = Pattern.compile("\"([^\"\\\\]*)\"\\s*[,)]");
    private static final Pattern ROW =
            Pattern.compile("^\\| (`.+`) \\| [A-Z, ]*(?:WARNING|SEVERE)[A-Z, ]* \\|", Pattern.MULTILINE);
    private static final Pattern TEXT = Pattern.compile("`([^`]+)`");

    @Test
    void thePageListsEveryTextThatWantsALook() throws IOException {
        assertThat(documented()).containsAll(logged(WANTS_A_LOOK));
    }

    @Test
    void andNoneThatNobodyWrites() throws IOException {
        assertThat(logged(ANY)).containsAll(documented());
    }

    /** A text that is put together at run time could not be searched for, nor found here. */
    @Test
    void whatWantsALookBeginsWithAFixedText() throws IOException {
        for (String source : sources()) {
            Matcher call = WANTS_A_LOOK.matcher(source);
            while (call.find()) {
                assertThat(literalAt(source, call.end()).lookingAt())
                        .as(source.substring(call.start(), Math.min(call.end() + 80, source.length())))
                        .isTrue();
            }
        }
    }

    private static Set<String> logged(Pattern calls) throws IOException {
        Set<String> texts = new TreeSet<>();
        for (String source : sources()) {
            Matcher call = calls.matcher(source);
            while (call.find()) {
                Matcher literal = literalAt(source, call.end());
                if (literal.lookingAt()) {
                    texts.add(literal.group(1));
                }
            }
        }
        assertThat(texts).as("texts in the sources").isNotEmpty();
        return texts;
    }

    private static Set<String> documented() throws IOException {
        Set<String> texts = new TreeSet<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            Matcher text = TEXT.matcher(row.group(1));
            while (text.find()) {
                texts.add(text.group(1));
            }
        }
        return texts;
    }

    private static Matcher literalAt(String source, int place) {
        return LITERAL.matcher(source).region(place, source.length());
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<String> sources = new ArrayList<>();
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                sources.add(Files.readString(file));
            }
            return sources;
        }
    }
}
