package io.sluice.database;

import io.sluice.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The opaque text that says where a list goes on: the sort key of the last row shown. */
public final class Cursor {
    private static final String SEPARATOR = "\u001f";

    /** Begins every cursor, so that other texts are told from one. */
    private static final String MARK = "cursor";

    /** What stands in the place of bytes that are no UTF-8. */
    private static final char UNREADABLE = '\uFFFD';

    private Cursor() {}

    /** Encodes the sort key of a row. */
    public static String of(Object... key) {
        StringBuilder text = new StringBuilder(MARK);
        for (Object part : key) {
            text.append(SEPARATOR).append(part);
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Decodes a cursor of {@code parts} parts; an empty list for null, which means the first page.
     *
     * @throws InvalidInputException if the text is no cursor of this list
     */
    public static List<String> parse(@Nullable String cursor, int parts) {
        if (cursor == null) {
            return List.of();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            List<String> key = List.of(new String(bytes, StandardCharsets.UTF_8).split(SEPARATOR, -1));
            boolean keepable = key.stream().noneMatch(part -> part.indexOf('\0') >= 0 || part.indexOf(UNREADABLE) >= 0);
            if (key.size() == parts + 1 && key.get(0).equals(MARK) && keepable) {
                return key.subList(1, key.size());
            }
        } catch (IllegalArgumentException notBase64) {
            // Refused below, like a cursor of another list.
        }
        throw invalid();
    }

    /**
     * Decodes a cursor that is one id; null for null, which means the first page.
     *
     * @throws InvalidInputException if the text is no cursor of this list
     */
    public static @Nullable UUID id(@Nullable String cursor) {
        List<String> key = parse(cursor, 1);
        return key.isEmpty() ? null : uuid(key.get(0));
    }

    /**
     * Reads one part of a cursor as an id.
     *
     * @throws InvalidInputException if it is none
     */
    public static UUID uuid(String part) {
        try {
            return UUID.fromString(part);
        } catch (IllegalArgumentException notAnId) {
            throw invalid();
        }
    }

    /** The refusal of a cursor that was not made by this list; for callers whose key parts do not parse. */
    public static InvalidInputException invalid() {
        return new InvalidInputException("cursor", "is not a cursor of this list; use next_cursor of the page before.");
    }
}
