package io.sluice.testkit;

import java.util.Map;

/** Makes access tokens for tests. */
public final class TestTokens {
    private TestTokens() {}

    /** A token of the role; owners need projects. */
    public static String make(Api operator, String role, String... projects) {
        return issue(operator, role, projects).get("token");
    }

    /** Id and text of a new token. */
    public static Map<String, String> issue(Api operator, String role, String... projects) {
        String restriction = projects.length == 0 ? "" : ",\"projects\":[\"" + String.join("\",\"", projects) + "\"]";
        Answer answer = operator.post("/v1/tokens", "{\"name\":\"test\",\"role\":\"" + role + "\"" + restriction + "}")
                .expect(201);
        return Map.of(
                "id", answer.json().path("id").asText(),
                "token", answer.json().path("token").asText());
    }
}
