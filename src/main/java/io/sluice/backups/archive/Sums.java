package io.sluice.backups.archive;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Streams that count and sum what passes through them. */
final class Sums {
    private Sums() {}

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256.", impossible);
        }
    }

    /** Passes on what is written; closing it leaves the stream below open. */
    static final class Output extends FilterOutputStream {
        private final MessageDigest digest = sha256();
        private long bytes;

        Output(OutputStream below) {
            super(below);
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
            digest.update((byte) one);
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            digest.update(buffer, offset, length);
            bytes += length;
        }

        @Override
        public void close() throws IOException {
            flush();
        }

        long bytes() {
            return bytes;
        }

        /** The sum of everything so far; asked once. */
        String sha256Hex() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    /** Passes on what is read. */
    static final class Input extends FilterInputStream {
        private final MessageDigest digest = sha256();
        private long bytes;

        Input(InputStream below) {
            super(below);
        }

        @Override
        public int read() throws IOException {
            int one = in.read();
            if (one >= 0) {
                digest.update((byte) one);
                bytes++;
            }
            return one;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            if (read > 0) {
                digest.update(buffer, offset, read);
                bytes += read;
            }
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            return readNBytes(Math.toIntExact(Math.min(count, 1 << 16))).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        long bytes() {
            return bytes;
        }

        /** The sum of everything so far; asked once. */
        String sha256Hex() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
