package io.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;

/** Webhooks of a test's own on a node. */
public final class Webhooks {
    private Webhooks() {}

    /** A registered webhook and what its receiver needs to know. */
    public record Registered(String id, String secret, WebhookReceiver receiver) {
        /** Waits for the first message of this type about this project, and has it verified. */
        public WebhookReceiver.Message await(String type, String project) {
            return receiver.awaitVerified(
                    secret,
                    message -> message.type().equals(type)
                            && (project == null
                                    || project.equals(
                                            message.data().path("project_id").asText())));
        }
    }

    /** Registers the receiver for a project (null: for the whole installation) and the kinds of event. */
    public static Registered register(Api api, String project, WebhookReceiver receiver, String... events) {
        JsonNode made = api.post(
                        project == null ? "/v1/webhooks" : "/v1/projects/" + project + "/webhooks",
                        "{\"url\": \"%s\", \"events\": [\"%s\"]}"
                                .formatted(receiver.url(), String.join("\", \"", events)))
                .expect(201)
                .json();
        return new Registered(made.get("id").asText(), made.get("secret").asText(), receiver);
    }

    /** The same as an operator of the shared node. */
    public static Registered register(String project, WebhookReceiver receiver, String... events) {
        return register(SharedServer.operator(), project, receiver, events);
    }
}
