package io.sluice.secrets;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that one master key yields: HKDF with SHA-256 (RFC 5869), whose {@code info} is the purpose, so that a key made
 * for one purpose says nothing about another's. Safe for use by several threads.
 */
final class DerivedKeys {
    private static final String HMAC = "HmacSHA256";
    private static final byte[] SALT = "io.sluice.secrets".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_BYTES = 4;

    private final byte[] extracted;
    private final String id;
    private final Map<String, byte[]> keys = new ConcurrentHashMap<>();

    DerivedKeys(byte[] master) {
        extracted = hmac(SALT, master);
        id = HexFormat.of().formatHex(Arrays.copyOf(expand("id"), ID_BYTES));
    }

    /** Eight hexadecimal digits that tell master keys apart and nothing about them. */
    String id() {
        return id;
    }

    /** 32 bytes that belong to this purpose alone. */
    byte[] of(String purpose) {
        return keys.computeIfAbsent(purpose, each -> expand("purpose:" + each));
    }

    /** One block of HKDF-Expand, which is all that 32 bytes need. */
    private byte[] expand(String info) {
        byte[] text = info.getBytes(StandardCharsets.UTF_8);
        byte[] block = Arrays.copyOf(text, text.length + 1);
        block[text.length] = 1;
        return hmac(extracted, block);
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
