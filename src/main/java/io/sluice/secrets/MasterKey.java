package io.sluice.secrets;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes and seals secrets with keys derived from {@code SLUICE_MASTER_KEY}, so that a copy of the database alone is
 * worth nothing. A purpose is a constant name such as {@code api-key}; it never changes once something was stored under
 * it. Safe for use by several threads.
 */
@ApplicationScoped
public class MasterKey {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    @Inject
    SecretsSettings settings;

    /** The id of the key that new hashes and seals are made with. */
    public String currentKeyId() {
        return settings.current().id();
    }

    /** The hash to store. */
    public KeyedHash hash(String purpose, byte[] clear) {
        return hash(settings.current(), purpose, clear);
    }

    /** Every hash under which the secret may have been stored: with the current key first, then with the previous one. */
    public List<KeyedHash> hashes(String purpose, byte[] clear) {
        return known().map(keys -> hash(keys, purpose, clear)).toList();
    }

    /**
     * Encrypts and authenticates (AES-256-GCM, a random nonce of 96 bits).
     *
     * @param context what the secret belongs to, such as the id of its row; opening with another one fails
     */
    public Sealed seal(String purpose, String context, byte[] clear) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        DerivedKeys keys = settings.current();
        try {
            byte[] text =
                    cipher(Cipher.ENCRYPT_MODE, keys, purpose, context, nonce).doFinal(clear);
            return new Sealed(
                    keys.id(),
                    ByteBuffer.allocate(nonce.length + text.length)
                            .put(nonce)
                            .put(text)
                            .array());
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /**
     * Opens what {@link #seal} made for the same purpose and context.
     *
     * @throws UnknownMasterKeyException if it was sealed under neither of this node's keys
     * @throws BrokenSealException if it was changed, or sealed for something else
     */
    public byte[] open(String purpose, String context, Sealed sealed) {
        DerivedKeys keys = known().filter(each -> each.id().equals(sealed.keyId()))
                .findFirst()
                .orElseThrow(() -> new UnknownMasterKeyException(sealed.keyId()));
        byte[] bytes = sealed.bytes();
        try {
            byte[] nonce = Arrays.copyOf(bytes, NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, keys, purpose, context, nonce)
                    .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
        } catch (GeneralSecurityException | IndexOutOfBoundsException | IllegalArgumentException broken) {
            throw new BrokenSealException(broken);
        }
    }

    private Stream<DerivedKeys> known() {
        return Stream.of(Optional.of(settings.current()), settings.previous()).flatMap(Optional::stream);
    }

    private static KeyedHash hash(DerivedKeys keys, String purpose, byte[] clear) {
        return new KeyedHash(keys.id(), DerivedKeys.hmac(keys.of(purpose), clear));
    }

    private static Cipher cipher(int mode, DerivedKeys keys, String purpose, String context, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, new SecretKeySpec(keys.of(purpose), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
