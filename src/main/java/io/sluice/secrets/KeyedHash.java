package io.sluice.secrets;

import java.security.MessageDigest;

/**
 * What is stored of a secret that is only recognised, never used again.
 *
 * @param keyId the master key it was made under; stored beside the hash
 * @param hash 32 bytes, HMAC-SHA256
 */
@SuppressWarnings("ArrayRecordComponent") // compared by matches alone
public record KeyedHash(String keyId, byte[] hash) {
    /** Whether the two hashes are the same, in a time that does not tell where they differ. */
    public boolean matches(KeyedHash other) {
        return keyId.equals(other.keyId) && MessageDigest.isEqual(hash, other.hash);
    }
}
