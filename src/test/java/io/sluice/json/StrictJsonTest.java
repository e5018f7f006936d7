package io.sluice.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.InvalidInputException;
import io.sluice.SluiceException.FieldError;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {
    enum Mode {
        ENFORCE,
        OBSERVE_ONLY
    }

    record Inner(String text, Integer number) {}

    record Sample(
            String text,
            Integer number,
            Long quantity,
            Boolean flag,
            BigDecimal share,
            Mode mode,
            Instant occurredAt,
            UUID id,
            Inner inner,
            List<Inner> items,
            List<String> words,
            Map<String, Object> payload,
            int plain) {}

    @Test
    void readsWhatFits() {
        Sample sample = read("""
                {"text": "ä😀", "number": 5, "quantity": 9007199254740991, "flag": true, "share": 0.5,
                 "mode": "observe_only", "occurred_at": "2026-01-31T12:00:00.123456789+01:00",
                 "id": "0190b3c1-7a50-7c3e-9d57-3f6f3f1c2b1a", "inner": {"text": "", "number": -1},
                 "items": [{"text": "a"}], "words": [], "payload": {"deep": [1, null, {"x": 1.5e3}]}, "plain": 0}
                """);
        assertThat(sample.text()).isEqualTo("ä😀");
        assertThat(sample.quantity()).isEqualTo(9007199254740991L);
        assertThat(sample.mode()).isEqualTo(Mode.OBSERVE_ONLY);
        assertThat(sample.occurredAt()).isEqualTo(Instant.parse("2026-01-31T11:00:00.123456Z"));
        assertThat(sample.items()).containsExactly(new Inner("a", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"text\": 5} | text | must be text.",
                "{\"text\": true} | text | must be text.",
                "{\"text\": {}} | text | must be text.",
                "{\"number\": \"5\"} | number | must be a whole number.",
                "{\"number\": \"\"} | number | must be a whole number.",
                "{\"number\": 1.5} | number | must be a whole number.",
                "{\"number\": 1.0} | number | must be a whole number.",
                "{\"number\": 1e2} | number | must be a whole number.",
                "{\"number\": 2147483648} | number | is out of range.",
                "{\"number\": true} | number | must be a whole number.",
                "{\"number\": []} | number | must be a whole number.",
                "{\"quantity\": 9007199254740992} | quantity | must lie between -9007199254740991 and 9007199254740991.",
                "{\"quantity\": 18446744073709551616} | quantity | must lie between -9007199254740991 and 9007199254740991.",
                "{\"quantity\": -9223372036854775808} | quantity | must lie between -9007199254740991 and 9007199254740991.",
                "{\"payload\": {\"a\": [9007199254740992]}} | payload.a[0] | must lie between -9007199254740991 and 9007199254740991.",
                "{\"payload\": {\"a\": 1e999}} | payload.a | must be a number in the range of a double.",
                "{\"payload\": {\"a\": 1e-999}} | payload.a | must be a number in the range of a double.",
                "{\"payload\": {\"a\\u0000\": 1}} | payload.a? | must not hold the character NUL.",
                "{\"payload\": {\"a\": 1, \"a\": 1}} | payload.a | appears twice; send it once.",
                "{\"flag\": \"true\"} | flag | must be true or false.",
                "{\"flag\": 1} | flag | must be true or false.",
                "{\"share\": \"0.5\"} | share | must be a number.",
                "{\"mode\": \"ENFORCE\"} | mode | must be one of enforce, observe_only.",
                "{\"mode\": \"\"} | mode | must be one of enforce, observe_only.",
                "{\"mode\": 0} | mode | must be one of enforce, observe_only.",
                "{\"occurred_at\": \"2026-01-31\"} | occurred_at | must be a time such as 2026-01-31T12:00:00Z.",
                "{\"occurred_at\": \"1700000000\"} | occurred_at | must be a time such as 2026-01-31T12:00:00Z.",
                "{\"occurred_at\": \"\"} | occurred_at | must be a time such as 2026-01-31T12:00:00Z.",
                "{\"occurred_at\": 1700000000} | occurred_at | must be a time such as 2026-01-31T12:00:00Z.",
                "{\"occurred_at\": \"+99999-01-01T00:00:00Z\"} | occurred_at | must be a time such as 2026-01-31T12:00:00Z.",
                "{\"id\": \"1-1-1-1-1\"} | id | must be an id such as 0190b3c1-7a50-7c3e-9d57-3f6f3f1c2b1a.",
                "{\"id\": \"AAAAAAAAAAAAAAAAAAAAAA==\"} | id | must be an id such as 0190b3c1-7a50-7c3e-9d57-3f6f3f1c2b1a.",
                "{\"id\": 5} | id | must be an id such as 0190b3c1-7a50-7c3e-9d57-3f6f3f1c2b1a.",
                "{\"inner\": []} | inner | must be an object.",
                "{\"inner\": \"\"} | inner | must be an object.",
                "{\"inner\": {\"number\": \"x\"}} | inner.number | must be a whole number.",
                "{\"inner\": {\"other\": 1}} | inner.other | is not known here; known are number, text.",
                "{\"items\": {}} | items | must be a list.",
                "{\"items\": [null]} | items[0] | must not be null.",
                "{\"items\": [{}, {\"number\": 1.5}]} | items[1].number | must be a whole number.",
                "{\"words\": [5]} | words[0] | must be text.",
                "{\"words\": \"a\"} | words | must be a list.",
                "{\"plain\": null} | plain | must be a whole number.",
                "{\"plain\": 0, \"occurredAt\": 1} | occurredAt | is not known here; known are flag, id, inner, items, mode, number, occurred_at, payload, plain, quantity, share, text, words.",
                "{\"text\": \"a\", \"text\": \"a\"} | text | appears twice; send it once.",
                "{\"text\": \"\\u0000\"} | text | must not hold the character NUL.",
                "{\"text\": \"\\ud800\"} | text | must not hold half of a surrogate pair.",
                "{\"text\": \"\\udc00\\ud800\"} | text | must not hold half of a surrogate pair.",
                "[] | body | must be an object.",
                "5 | body | must be an object.",
                "\"\" | body | must be an object.",
                "null | body | must be an object.",
                "{} {} | body | goes on after its end; send one JSON value.",
                "{\"text\": | body | is not valid JSON (line 1, column 9).",
                "{text: 1} | body | is not valid JSON (line 1, column 2).",
                "{'text': 1} | body | is not valid JSON (line 1, column 2).",
                "{\"number\": 05} | body | is not valid JSON (line 1, column 13).",
                "{\"number\": NaN} | body | is not valid JSON (line 1, column 15).",
                "{\"plain\": 0,} | body | is not valid JSON (line 1, column 13).",
                "// a | body | is not valid JSON (line 1, column 1).",
            })
    void refusesTheRestByNameAndSaysWhatIsValid(String document, String field, String message) {
        assertThat(refusal(document.getBytes(StandardCharsets.UTF_8))).isEqualTo(new FieldError(field, message));
    }

    @Test
    void refusesAnEmptyDocument() {
        assertThat(refusal(new byte[0]).message()).isEqualTo("is required: send a JSON object.");
        assertThat(refusal(new byte[] {' ', '\n'}).message()).isEqualTo("is required: send a JSON object.");
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        byte[] overlong = {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xC0, (byte) 0x80, '"', '}'};
        byte[] surrogate = {'{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}'
        };
        assertThat(refusal(overlong)).isEqualTo(new FieldError("body", "is not valid UTF-8."));
        assertThat(refusal(surrogate)).isEqualTo(new FieldError("body", "is not valid UTF-8."));
        assertThat(refusal("{}".getBytes(StandardCharsets.UTF_16)).message()).isEqualTo("is not valid UTF-8.");
    }

    @Test
    void refusesDeepNestingWithoutFollowingIt() {
        byte[] deep = ("{\"payload\":" + "[".repeat(500_000)).getBytes(StandardCharsets.UTF_8);
        assertThat(refusal(deep).message()).startsWith("nests deeper than 64 levels");
    }

    @Test
    void tellsAnEmptyObjectFromOthers() {
        assertThat(StrictJson.isEmptyObject(" { } ".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
        assertThat(StrictJson.isEmptyObject("{\"a\":{}}".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(StrictJson.isEmptyObject("[]".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }

    private static Sample read(String document) {
        return (Sample) StrictJson.read(document.getBytes(StandardCharsets.UTF_8), Sample.class);
    }

    private static FieldError refusal(byte[] document) {
        InvalidInputException refused =
                catchThrowableOfType(InvalidInputException.class, () -> StrictJson.read(document, Sample.class));
        assertThat(refused).as("refusal").isNotNull();
        return refused.errors().get(0);
    }
}
