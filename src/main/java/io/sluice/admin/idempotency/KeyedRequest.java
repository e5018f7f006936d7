package io.sluice.admin.idempotency;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A request that carries an idempotency key.
 *
 * @param caller the id of the caller's token: a key belongs to it alone
 * @param fingerprint tells this request from others under the same key, as hexadecimal SHA-256
 */
record KeyedRequest(String caller, String key, String fingerprint) {
    static KeyedRequest of(String caller, String key, String target, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(target.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            return new KeyedRequest(caller, key, HexFormat.of().formatHex(digest.digest(body)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
