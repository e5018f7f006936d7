package io.sluice.keys;

import io.sluice.secrets.KeyedHash;
import io.sluice.secrets.MasterKey;
import io.sluice.secrets.Sealed;
import io.sluice.secrets.SealedColumn;
import io.sluice.secrets.SealedValues;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** What is kept in the place of a key's text: a hash to recognise it by, or for a while the text under seal. */
@ApplicationScoped
public class KeySecrets implements SealedValues {
    /** Never changes: hashes were made under it. */
    private static final String HASH = "api-key";

    private static final String HANDOVER = "api-key-handover";

    @Inject
    MasterKey masterKey;

    @Override
    public SealedColumn column() {
        return new SealedColumn("api_key_handovers", "key_id", "sealed", HANDOVER, "key_id");
    }

    /** What a new key is stored as. */
    KeyRepository.NewSecret hashed(String secret) {
        return new KeyRepository.NewSecret(KeyText.prefix(secret), masterKey.hash(HASH, bytes(secret)));
    }

    /** Under what the key may be stored: the current master key first, then the one before it. */
    public List<KeyedHash> hashes(String secret) {
        return masterKey.hashes(HASH, bytes(secret));
    }

    Sealed seal(UUID keyId, String secret) {
        return masterKey.seal(HANDOVER, keyId.toString(), bytes(secret));
    }

    String open(UUID keyId, Sealed sealed) {
        return new String(masterKey.open(HANDOVER, keyId.toString(), sealed), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String secret) {
        return secret.getBytes(StandardCharsets.US_ASCII);
    }
}
