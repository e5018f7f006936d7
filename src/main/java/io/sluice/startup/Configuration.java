package io.sluice.startup;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Reads typed settings from MicroProfile Config and refuses bad ones with a sentence that names the environment variable,
 * the value (never of a secret) and what would be valid. Remembers every key that was asked for, so that a misspelt
 * variable can be told from a known one.
 */
@ApplicationScoped
public class Configuration {
    private final Set<String> knownKeys = new TreeSet<>();

    /** An optional text; blank counts as absent. */
    public synchronized Optional<String> text(String key) {
        knownKeys.add(key);
        return ConfigProvider.getConfig()
                .getOptionalValue(key, String.class)
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** A text that must be there. */
    public String requiredText(String key) {
        return text(key).orElseThrow(() -> new InvalidSettingException(environmentName(key) + " is not set."));
    }

    /** A whole number from {@code min} to {@code max}. */
    public int integer(String key, int min, int max) {
        String value = requiredText(key);
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below, together with numbers out of range.
        }
        throw refused(key, value, "a whole number from " + min + " to " + max);
    }

    /** An ISO 8601 duration from {@code min} to {@code max}, such as {@code PT5S}. */
    public Duration duration(String key, Duration min, Duration max) {
        String value = requiredText(key);
        try {
            Duration duration = Duration.parse(value);
            if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            // Refused below, together with durations out of range.
        }
        throw refused(key, value, "a duration from " + min + " to " + max + ", such as PT30S");
    }

    /** Exactly {@code true} or {@code false}. */
    public boolean flag(String key) {
        String value = requiredText(key);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(key, value, "true or false");
        };
    }

    /** Every key that was asked for since the start. */
    public synchronized Set<String> knownKeys() {
        return Set.copyOf(knownKeys);
    }

    /** The environment variable that sets {@code key}: {@code sluice.db.url} is {@code SLUICE_DB_URL}. */
    public static String environmentName(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static InvalidSettingException refused(String key, String value, String valid) {
        return new InvalidSettingException(environmentName(key) + " is '" + value + "' but must be " + valid + ".");
    }
}
