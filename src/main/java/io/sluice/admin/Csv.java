package io.sluice.admin;

import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows as RFC 4180 wants them. A text that a spreadsheet would take for a formula gets an apostrophe in front, so
 * that opening the file runs nothing.
 */
public final class Csv {
    public static final String MEDIA_TYPE = "text/csv";

    private static final String FORMULA_STARTS = "=+-@\t\r";

    private Csv() {}

    /** Writes one line; null is an empty field, a number is written as it is. */
    public static void row(Writer out, @Nullable Object... fields) throws IOException {
        for (int i = 0; i < fields.length; i++) {
            if (i > 0) {
                out.write(',');
            }
            out.write(field(fields[i]));
        }
        out.write("\r\n");
    }

    private static String field(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = String.valueOf(value);
        if (!(value instanceof Number) && !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        boolean quoted = text.chars().anyMatch(each -> each == ',' || each == '"' || each == '\r' || each == '\n');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
