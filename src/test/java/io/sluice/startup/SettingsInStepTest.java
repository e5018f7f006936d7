package io.sluice.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.sluice.testkit.SluiceServer;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The settings classes, their defaults and the page that documents them say the same. */
class SettingsInStepTest {
    private static final Path DEFAULTS = Path.of("src/main/resources/META-INF/microprofile-config.properties");
    private static final Path PAGE = Path.of("src/docs/configuration.md");
    private static final Pattern ROW =
            Pattern.compile("^\\| `((?:SLUICE|OTEL)_[A-Z0-9_]+)` \\| (?:`([^`]*)`)?", Pattern.MULTILINE);

    /** Without these no server starts; they have no default. */
    private static final Map<String, String> REQUIRED = Map.of(
            "sluice.db.url",
            "jdbc:postgresql://db/sluice",
            "sluice.db.user",
            "sluice",
            "sluice.db.password",
            "secret",
            "sluice.master.key",
            SluiceServer.MASTER_KEY);

    @Test
    void everyDefaultIsValidAndReadBySomeSettings() throws Exception {
        assertThat(keysThatSettingsRead()).containsAll(defaults().keySet());
    }

    @Test
    void everyDefaultHasAComment() throws IOException {
        String before = "";
        for (String line : Files.readAllLines(DEFAULTS)) {
            if (line.startsWith("sluice.")) {
                assertThat(before).as("the line before %s", line).startsWith("# ");
            }
            before = line;
        }
    }

    @Test
    void thePageListsEverySettingAndItsDefault() throws Exception {
        Map<String, String> expected = new TreeMap<>();
        for (String key : keysThatSettingsRead()) {
            expected.put(Configuration.environmentName(key), defaults().getOrDefault(key, ""));
        }
        Map<String, String> documented = new TreeMap<>();
        Matcher row = ROW.matcher(Files.readString(PAGE));
        while (row.find()) {
            documented.put(row.group(1), row.group(2) == null ? "" : row.group(2));
        }
        assertThat(documented).containsExactlyInAnyOrderEntriesOf(expected);
    }

    private static Set<String> keysThatSettingsRead() throws ReflectiveOperationException, IOException {
        Map<String, String> values = new HashMap<>(defaults());
        values.putAll(REQUIRED);
        FixedConfig.use(values);
        Set<String> keys = new TreeSet<>();
        for (JavaClass each : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.sluice")) {
            if (each.isAssignableTo(Settings.class) && !each.isInterface()) {
                Configuration configuration = new Configuration();
                each.reflect().getConstructor(Configuration.class).newInstance(configuration);
                keys.addAll(configuration.knownKeys());
            }
        }
        return keys;
    }

    private static Map<String, String> defaults() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(DEFAULTS)) {
            properties.load(reader);
        }
        Map<String, String> defaults = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith("sluice.")) {
                defaults.put(key, properties.getProperty(key));
            }
        }
        return defaults;
    }
}
