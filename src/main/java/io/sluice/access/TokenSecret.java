package io.sluice.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Makes tokens and the hashes they are recognised by. A token holds 256 random bits, which nobody can try out; so a fast
 * hash protects it as well as a slow one would, and a request costs no slow one.
 */
final class TokenSecret {
    /** What every token begins with, so that people and scanners know one when they see it. */
    static final String PREFIX = "slt_";

    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private TokenSecret() {}

    /** A new token: the prefix and 43 characters of {@code A-Z a-z 0-9 _ -}. */
    static String generate() {
        byte[] secret = new byte[BYTES];
        RANDOM.nextBytes(secret);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** SHA-256 of the token's characters. */
    static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
