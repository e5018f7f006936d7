package io.sluice.jobs.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.json.Json;
import io.sluice.json.SecretMember;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedactionTest {
    private record Inner(String plain, @SecretMember String hidden) {}

    private record Outer(List<Inner> inners, Inner inner, Outer again) {}

    private record Lost(Map<String, Inner> byName) {}

    private record Maybe(Optional<Inner> inner) {}

    private record Wrong(@SecretMember Integer number) {}

    private record Plain(String text, List<String> texts) {}

    @Test
    void textsLoseSecretsInEveryFormThatIsLookedFor() {
        Redaction redaction = Redaction.of(List.of("a b\"c", "a b"));
        assertThat(redaction.text("is a b\"c and a b, a b\\\"c, a+b%22c, a%20b"))
                .isEqualTo("is *** and ***, ***, ***, ***");
    }

    @Test
    void jsonStaysJson() {
        Redaction redaction = Redaction.of(List.of("12345", "true", "key"));
        assertThat(redaction.json("{\"key\":[12345,1,true,null,\"a 12345\"],\"b\":{\"c\":\"x\"}}"))
                .isEqualTo("{\"***\":[\"***\",1,true,null,\"a ***\"],\"b\":{\"c\":\"x\"}}");
    }

    @Test
    void secretsAreFoundInRecordsAndListsOfThem() throws Exception {
        var payload = Json.strictMapper()
                .readTree("{\"inners\": [{\"plain\": \"a\", \"hidden\": \"b\"}, {\"hidden\": null}],"
                        + " \"again\": {\"inner\": {\"hidden\": \"c\"}}}");
        List<String> found = new java.util.ArrayList<>();
        SecretMembers.check(Outer.class);
        SecretMembers.change(Outer.class, payload, (path, old) -> {
            found.add(path + "=" + old.textValue());
            return old;
        });
        assertThat(found).containsExactly("inners.hidden=b", "again.inner.hidden=c");
        assertThat(SecretMembers.in(Plain.class)).isFalse();
    }

    @Test
    void marksThatCouldNotBeKeptAreRefused() {
        assertThatThrownBy(() -> SecretMembers.check(Lost.class)).hasMessageContaining("would not be found");
        assertThatThrownBy(() -> SecretMembers.check(Maybe.class)).hasMessageContaining("would not be found");
        assertThatThrownBy(() -> SecretMembers.check(Wrong.class)).hasMessageContaining("must be a String");
    }
}
