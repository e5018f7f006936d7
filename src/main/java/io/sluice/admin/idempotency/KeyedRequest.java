package io.sluice.admin.idempotency;

import io.sluice.secrets.MasterKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A request that carries an idempotency key. What tells it from others under the same key is hashed under the master key:
 * a body may hold a secret that could be guessed.
 *
 * @param caller the id of the caller's token: a key belongs to it alone
 * @param fingerprints as hexadecimal HMAC-SHA-256, under the present master key first
 */
record KeyedRequest(String caller, String key, List<String> fingerprints) {
    private static final String PURPOSE = "idempotency-key";

    static KeyedRequest of(String caller, String key, String target, byte[] body, MasterKey masterKey) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(target.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            List<String> fingerprints = masterKey.hashes(PURPOSE, digest.digest(body)).stream()
                    .map(hash -> HexFormat.of().formatHex(hash.hash()))
                    .toList();
            return new KeyedRequest(caller, key, fingerprints);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** That to be kept. */
    String fingerprint() {
        return fingerprints.get(0);
    }
}
