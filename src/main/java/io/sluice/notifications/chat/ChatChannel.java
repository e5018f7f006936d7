package io.sluice.notifications.chat;

import io.sluice.json.Json;
import io.sluice.notifications.Channel;
import io.sluice.notifications.Channel.UndeliverableException;
import io.sluice.notifications.Letter;
import io.sluice.notifications.LetterText;
import io.sluice.outbound.OutboundAnswer;
import io.sluice.outbound.OutboundClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Letters as messages in a chat. A message has no id there: one that is sent twice is read twice. Every URL is vetted
 * when it is called, like those of webhooks.
 */
@ApplicationScoped
public class ChatChannel implements Channel {
    private static final String OPERATORS = "operators";

    /** Answers after which a later try may succeed. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    @Inject
    ChatSettings settings;

    @Inject
    SealedChats chats;

    @Inject
    OutboundClient client;

    @Override
    public String name() {
        return "chat";
    }

    /** Never: which projects have a chat is known by project. */
    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public List<String> operators() {
        return settings.operatorsUrl().isPresent() ? List.of(OPERATORS) : List.of();
    }

    @Override
    public void deliver(Letter letter) throws UndeliverableException {
        String project = letter.projectId();
        Optional<String> url =
                letter.recipient().equals("operator") || project == null ? settings.operatorsUrl() : chats.url(project);
        if (url.isEmpty()) {
            throw new UndeliverableException("There is no chat to write to any more.", true);
        }
        String text = ChatText.of(LetterText.of(letter), LetterText.footer(letter));
        OutboundAnswer answer = client.post(
                url.get(), Map.of(), Json.write(Map.of("text", text)).getBytes(StandardCharsets.UTF_8));
        Integer status = answer.status();
        if (status == null) {
            throw new UndeliverableException(
                    "The chat could not be reached: " + answer.detail(),
                    answer.failure() == OutboundAnswer.Failure.TARGET_REFUSED);
        }
        if (status / 100 != 2) {
            throw new UndeliverableException(
                    "The chat answered " + status + ".", status < 500 && !PASSING.contains(status));
        }
    }
}
