package io.sluice.backups;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Looks into archives with the JDK's random access reader, which ours does not use. */
final class Archives {
    private Archives() {}

    static Map<String, byte[]> files(Path archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : zip.stream().map(each -> (ZipEntry) each).toList()) {
                files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return files;
    }

    static String text(Path archive, String name) throws IOException {
        return new String(files(archive).get(name), StandardCharsets.UTF_8);
    }

    static JsonNode manifest(Path archive) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            return new ObjectMapper()
                    .readTree(zip.getInputStream(zip.getEntry("manifest.json")).readAllBytes());
        }
    }

    /** What a manifest says of a file. */
    static JsonNode entry(JsonNode manifest, String name) {
        for (JsonNode file : manifest.path("files")) {
            if (file.path("name").asText().equals(name)) {
                return file;
            }
        }
        throw new AssertionError("The manifest does not list " + name + ": " + manifest);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
