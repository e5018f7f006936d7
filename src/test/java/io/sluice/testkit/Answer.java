package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;

/** What the server answered. */
public record Answer(int status, HttpHeaders headers, String body) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public JsonNode json() {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("No JSON: " + body, e);
        }
    }

    /** A header, empty when it is missing. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** The stable code of a problem document. */
    public String code() {
        return json().path("code").asText();
    }

    /** This answer, if it has the status; otherwise fails and shows it. */
    public Answer expect(int expected) {
        if (status != expected) {
            throw new AssertionError("Expected " + expected + " but got " + status + ": " + body);
        }
        return this;
    }
}
