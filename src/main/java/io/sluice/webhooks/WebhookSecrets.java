package io.sluice.webhooks;

import io.sluice.secrets.MasterKey;
import io.sluice.secrets.Sealed;
import io.sluice.secrets.SealedColumn;
import io.sluice.secrets.SealedValues;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** The secrets that webhooks are signed with: made here, sealed in the database, shown to a person once. */
@ApplicationScoped
public class WebhookSecrets implements SealedValues {
    private static final String PURPOSE = "webhook-secret";
    private static final String PREFIX = "whsec_";
    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    @Inject
    MasterKey masterKey;

    @Inject
    WebhookRepository webhooks;

    @Override
    public SealedColumn column() {
        return new SealedColumn("webhook_secrets", "id", "sealed", PURPOSE, "webhook_id");
    }

    /** Makes the present secret of a webhook; one that it had signs beside it for 24 hours. Returns its text. */
    String renew(UUID webhookId) {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        webhooks.insertSecret(webhookId, masterKey.seal(PURPOSE, webhookId.toString(), secret));
        return PREFIX + Base64.getEncoder().encodeToString(secret);
    }

    /**
     * The bytes of all secrets that sign at present, the newest first; runs in the caller's transaction, if any.
     *
     * @throws io.sluice.secrets.UnknownMasterKeyException if this node wasn't given the key they are sealed under
     */
    public List<byte[]> signing(UUID webhookId) {
        List<Sealed> sealed = webhooks.secrets(webhookId);
        return sealed.stream()
                .map(each -> masterKey.open(PURPOSE, webhookId.toString(), each))
                .toList();
    }
}
