package io.sluice.backups.restore;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes an SQL script of {@code pg_dump} apart into statements and the rows of its {@code COPY … FROM stdin}. Commands
 * of {@code psql} are never carried out: those that {@code pg_dump} writes are left out, every other one is refused.
 */
final class ScriptReader {
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_STATEMENT = 64 << 20;

    /** Neither what would end the transaction nor what concerns more than a schema. */
    private static final Pattern USUAL = Pattern.compile(
            "(?:CREATE|ALTER)\\s(?!\\s*(?:ROLE|USER|GROUP|DATABASE|SYSTEM|TABLESPACE|EVENT|EXTENSION|SERVER|SUBSCRIPTION"
                    + "|PUBLICATION)\\s)|(?:COMMENT ON|GRANT|REVOKE|SECURITY LABEL|REFRESH MATERIALIZED VIEW)\\s"
                    + "|SELECT pg_catalog\\.setval\\(");

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;

    ScriptReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next statement, without its semicolon; null at the end of the script.
     *
     * @throws IOException if the script ends within a statement or holds a command of psql
     */
    @Nullable
    String next() throws IOException {
        StatementEnd end = new StatementEnd();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        boolean begun = false;
        for (int one = read(); one >= 0; one = read()) {
            if (!begun && one == '\\') {
                skipCommand();
                continue;
            }
            if (!begun && one == '-' && peek() == '-') {
                skipLine();
                continue;
            }
            if (!begun && Character.isWhitespace(one)) {
                continue;
            }
            begun = true;
            if (end.isAt(one, peek())) {
                return text.toString(StandardCharsets.UTF_8);
            }
            text.write(one);
            if (text.size() > LONGEST_STATEMENT) {
                throw new IOException("The dump has a statement of more than 64 MiB.");
            }
        }
        if (begun) {
            throw new EOFException("The dump ends within a statement.");
        }
        return null;
    }

    /** Whether the statement is followed by rows, which must be read before the next one. */
    static boolean hasRows(String statement) {
        return statement.startsWith("COPY ") && statement.endsWith(" FROM stdin");
    }

    /**
     * Whether {@code pg_dump} writes such statements for a schema, beside settings and rows; others can only have come
     * into a dump by a name or a text of the tenant's.
     */
    static boolean isUsual(String statement) {
        return USUAL.matcher(statement).lookingAt();
    }

    /** The rows behind the statement that was read last; ends before the line {@code \.}. */
    InputStream rows() throws IOException {
        skipLine();
        return new Rows();
    }

    /** {@code pg_dump} begins its scripts by the command restrict and ends them by unrestrict. */
    private void skipCommand() throws IOException {
        StringBuilder command = new StringBuilder();
        for (int one = read(); one >= 0 && one != '\n'; one = read()) {
            command.append((char) one);
        }
        String word = command.toString().split("\\s", 2)[0];
        if (!word.equals("restrict") && !word.equals("unrestrict")) {
            throw new IOException("The dump holds a command of psql.");
        }
    }

    private void skipLine() throws IOException {
        int one = read();
        while (one >= 0 && one != '\n') {
            one = read();
        }
    }

    private int read() throws IOException {
        return position < limit || fill() ? buffer[position++] & 0xff : -1;
    }

    private int peek() throws IOException {
        return position < limit || fill() ? buffer[position] & 0xff : -1;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    /** Lines up to the one that says that there are no more. A row never begins with a backslash and a dot. */
    private final class Rows extends InputStream {
        private boolean atLineStart = true;
        private boolean over;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (over) {
                return -1;
            }
            if (peek() < 0) {
                throw new EOFException("The dump ends within the rows of a table.");
            }
            if (atLineStart && peek() == '\\') {
                position++;
                if (peek() == '.') {
                    skipLine();
                    over = true;
                    return -1;
                }
                atLineStart = false;
                target[offset] = '\\';
                return 1;
            }
            int count = 0;
            while (count < length && position < limit && !(atLineStart && buffer[position] == '\\')) {
                byte one = buffer[position++];
                target[offset + count++] = one;
                atLineStart = one == '\n';
            }
            return count;
        }
    }
}
