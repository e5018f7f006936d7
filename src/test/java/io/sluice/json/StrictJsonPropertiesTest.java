package io.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StrictJsonPropertiesTest {
    record Sample(String text, Integer number, Sample inner, List<Sample> items, Map<String, Object> payload) {}

    @Property
    void refusesEveryDocumentThatItDoesNotRead(@ForAll("nearlyJson") String document) {
        try {
            assertThat(StrictJson.read(document.getBytes(StandardCharsets.UTF_8), Sample.class))
                    .isInstanceOf(Sample.class);
        } catch (InvalidInputException refused) {
            assertThat(refused.errors()).hasSize(1);
            assertThat(refused.errors().get(0).field()).isNotBlank();
        }
    }

    @Property
    void refusesEveryBytesThatItDoesNotRead(@ForAll byte[] document) {
        try {
            StrictJson.read(document, Sample.class);
            throw new AssertionError("random bytes are no sample");
        } catch (InvalidInputException refused) {
            assertThat(refused.errors()).hasSize(1);
        }
    }

    @Property
    void keepsEveryIntegerExactlyOrRefusesIt(@ForAll long number) {
        String document = "{\"payload\": {\"n\": " + number + "}}";
        boolean exact = Math.abs((double) number) < 9007199254740992.0;
        try {
            Sample read = (Sample) StrictJson.read(document.getBytes(StandardCharsets.UTF_8), Sample.class);
            assertThat(((Number) read.payload().get("n")).longValue()).isEqualTo(number);
            assertThat(exact).isTrue();
        } catch (InvalidInputException refused) {
            assertThat(exact).isFalse();
        }
    }

    @Provide
    Arbitrary<String> nearlyJson() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "\"",
                        "\"text\"",
                        "\"number\"",
                        "\"inner\"",
                        "\"items\"",
                        "\"payload\"",
                        "1",
                        "-1",
                        "1.5",
                        "1e99",
                        "9007199254740992",
                        "true",
                        "null",
                        "\"a\"",
                        "\"\\u0000\"",
                        "\"\\ud800\"",
                        "\\",
                        "{}",
                        "{\"text\":\"x\"}",
                        " ",
                        "ä")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }
}
