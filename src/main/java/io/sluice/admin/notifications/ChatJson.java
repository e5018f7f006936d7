package io.sluice.admin.notifications;

import io.sluice.notifications.ProjectChats;
import java.time.Instant;

/** A project's chat as the API shows it; the URL is never shown. */
public record ChatJson(String host, Instant updatedAt) {
    static ChatJson of(ProjectChats.Chat chat) {
        return new ChatJson(chat.host(), chat.updatedAt());
    }
}
