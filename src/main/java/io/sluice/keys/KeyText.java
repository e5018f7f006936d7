package io.sluice.keys;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a key looks like: {@code slk_<environment>_}, 30 random characters of {@code 0-9 A-Z a-z} (178 bits), and the
 * CRC-32 of all that in 6 more. So a text that is no key of ours is known without asking anybody, and whoever looks for
 * leaked keys finds no others.
 */
public final class KeyText {
    /** Finds keys in other texts: what scanners are given. A match whose checksum is wrong is no key. */
    public static final String PATTERN = "\\bslk_(?:prod|staging|dev)_[0-9A-Za-z]{36}\\b";

    private static final Pattern WHOLE = Pattern.compile("slk_(?:prod|staging|dev)_[0-9A-Za-z]{36}");
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_CHARACTERS = 30;
    private static final int CHECKSUM_CHARACTERS = 6;
    private static final int SHOWN_CHARACTERS = 4;
    private static final SecureRandom RANDOM = new SecureRandom();

    private KeyText() {}

    /** A new key for an environment, {@code prod}, {@code staging} or {@code dev}. */
    static String generate(String environment) {
        StringBuilder text = new StringBuilder("slk_").append(environment).append('_');
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            text.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
        }
        return text.append(checksum(text.toString())).toString();
    }

    /** Whether the text has the form and the checksum of a key; says nothing about whether there is such a key. */
    public static boolean isKey(String text) {
        return WHOLE.matcher(text).matches()
                && text.endsWith(checksum(text.substring(0, text.length() - CHECKSUM_CHARACTERS)));
    }

    /** The beginning of a key, by which people recognise it and nobody can use it. */
    static String prefix(String key) {
        return key.substring(0, key.length() - RANDOM_CHARACTERS - CHECKSUM_CHARACTERS + SHOWN_CHARACTERS);
    }

    /** The CRC-32 of the text in base 62, with leading zeros. */
    static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        char[] digits = new char[CHECKSUM_CHARACTERS];
        long rest = crc.getValue();
        for (int i = CHECKSUM_CHARACTERS - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(digits);
    }
}
