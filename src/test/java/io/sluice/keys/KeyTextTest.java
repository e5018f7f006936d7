package io.sluice.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The form of keys: what is one, what is none, and that everybody else is told the same. */
class KeyTextTest {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    @Property
    void whatIsMadeIsAKeyAndFoundInAnyText(@ForAll("environments") String environment) {
        String key = KeyText.generate(environment);
        assertThat(KeyText.isKey(key)).isTrue();
        assertThat(key).startsWith("slk_" + environment + "_").hasSize(41 + environment.length());
        Matcher found = Pattern.compile(KeyText.PATTERN).matcher("curl -H 'X-Api-Key: " + key + "' https://x.example");
        assertThat(found.find()).isTrue();
        assertThat(found.group()).isEqualTo(key);
        assertThat(key).startsWith(KeyText.prefix(key));
        assertThat(KeyText.prefix(key)).hasSize("slk_".length() + environment.length() + 5);
    }

    @Property
    void anyOtherCharacterAnywhereMakesItNoKey(
            @ForAll("environments") String environment,
            @ForAll @IntRange(min = 0, max = 45) int position,
            @ForAll char other) {
        String key = KeyText.generate(environment);
        int at = position % key.length();
        if (key.charAt(at) != other) {
            String changed = key.substring(0, at) + other + key.substring(at + 1);
            assertThat(KeyText.isKey(changed)).as(changed).isFalse();
        }
    }

    @Property
    void twoCharactersInEachOthersPlaceMakeItNoKey(@ForAll @IntRange(min = 9, max = 43) int position) {
        String key = KeyText.generate("prod");
        char[] swapped = key.toCharArray();
        swapped[position] = key.charAt(position + 1);
        swapped[position + 1] = key.charAt(position);
        assertThat(KeyText.isKey(new String(swapped))).isEqualTo(new String(swapped).equals(key));
    }

    @Property
    void noTextBesidesIsAKey(@ForAll String text, @ForAll("nearly") String nearly) {
        assertThat(KeyText.isKey(text)).isFalse();
        assertThat(KeyText.isKey(nearly)).as(nearly).isFalse();
        assertThat(KeyText.isKey(KeyText.generate("dev") + text)).isEqualTo(text.isEmpty());
    }

    /** Texts of the right form and a random checksum: one in 2^32 would pass. */
    @Example
    void ofAMillionWellFormedTextsHardlyOneIsAKey() {
        Random random = new Random(20261123);
        int passed = 0;
        for (int i = 0; i < 1_000_000; i++) {
            StringBuilder text = new StringBuilder("slk_prod_");
            for (int j = 0; j < 36; j++) {
                text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
            }
            passed += KeyText.isKey(text.toString()) ? 1 : 0;
        }
        assertThat(passed).isLessThanOrEqualTo(10);
    }

    /** The page says how the checksum is computed, for whoever writes a scanner. */
    @Example
    void thePageSaysTheSame() throws IOException {
        String page = Files.readString(Path.of("src/docs/keys.md"));
        assertThat(page).contains(KeyText.PATTERN);
        Matcher example = Pattern.compile(KeyText.PATTERN).matcher(page);
        assertThat(example.find()).isTrue();
        assertThat(KeyText.isKey(example.group())).as("the example of the page").isTrue();
        // The CRC-32 of "123456789" is 3421780262 by definition.
        assertThat(KeyText.checksum("123456789")).isEqualTo("3jZRME");
        assertThat(page).contains("`123456789`", "`3jZRME`");
    }

    @Provide
    Arbitrary<String> environments() {
        return Arbitraries.of("prod", "staging", "dev");
    }

    /** Texts that look like keys but for their length, environment or alphabet. */
    @Provide
    Arbitrary<String> nearly() {
        return Combinators.combine(
                        Arbitraries.of("slk_prod_", "slk_staging_", "slk_dev_", "slk_test_", "SLK_prod_", "slk_prod-"),
                        Arbitraries.strings()
                                .withChars((DIGITS + "_-").toCharArray())
                                .ofMaxLength(60))
                .as((beginning, rest) -> beginning + rest);
    }
}
