package io.sluice.secrets;

/**
 * What is stored of a secret that must be used again.
 *
 * @param keyId the master key it was sealed under; stored beside the bytes
 * @param bytes nonce, ciphertext and authentication tag
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Sealed(String keyId, byte[] bytes) {}
