package io.sluice.webhooks.delivery;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one try sends, and what it was decided on.
 *
 * @param owner the project whose webhook it is; null: the installation's
 * @param test whether it is a test, which counts neither for nor against the webhook
 * @param tries tries of this round so far
 * @param at the real time, by which receivers judge how old a message is
 */
record Message(
        UUID deliveryId,
        UUID webhookId,
        @Nullable String owner,
        String url,
        String body,
        @Nullable String requestId,
        boolean test,
        int tries,
        int mostTries,
        Instant at,
        List<byte[]> secrets) {
    Message withSecrets(List<byte[]> signing) {
        return new Message(
                deliveryId, webhookId, owner, url, body, requestId, test, tries, mostTries, at, List.copyOf(signing));
    }
}
