package io.sluice.backups.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Reads archives from beginning to end, and finds out whether they are what they should be. */
public final class ArchiveReader {
    private static final int LARGEST_MANIFEST = 64 << 20;

    /** Works on one file of an archive. */
    public interface FileUse<T> {
        T use(InputStream file) throws Exception;
    }

    private ArchiveReader() {}

    /**
     * Reads the whole archive and compares everything that can be compared.
     *
     * @param bytes the length that it must have
     * @param sha256 the sum that it must have
     * @throws BrokenArchiveException if anything differs
     */
    public static Manifest verify(InputStream archive, long bytes, String sha256) throws IOException {
        Sums.Input whole = new Sums.Input(archive);
        List<ArchivedFile> found = new ArrayList<>();
        byte[] manifest = null;
        try {
            ZipInputStream zip = new ZipInputStream(whole, StandardCharsets.UTF_8);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (manifest != null) {
                    throw new BrokenArchiveException("has something behind its manifest");
                }
                if (entry.getName().equals(Manifest.NAME)) {
                    manifest = zip.readNBytes(LARGEST_MANIFEST);
                } else {
                    Sums.Input sums = new Sums.Input(zip);
                    sums.transferTo(OutputStream.nullOutputStream());
                    found.add(new ArchivedFile(entry.getName(), sums.bytes(), sums.sha256Hex(), 0));
                }
            }
            whole.transferTo(OutputStream.nullOutputStream());
        } catch (ZipException damaged) {
            throw new BrokenArchiveException("is damaged: " + damaged.getMessage());
        }
        if (whole.bytes() != bytes || !whole.sha256Hex().equals(sha256)) {
            throw new BrokenArchiveException("is not the one that was written");
        }
        if (manifest == null) {
            throw new BrokenArchiveException("has no manifest");
        }
        return compared(read(manifest), found);
    }

    /**
     * Works on one file of an archive that was verified before.
     *
     * @throws BrokenArchiveException if there is no such file
     */
    public static <T> T withFile(InputStream archive, String name, FileUse<T> use) throws Exception {
        ZipInputStream zip = new ZipInputStream(archive, StandardCharsets.UTF_8);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (entry.getName().equals(name)) {
                return use.use(zip);
            }
        }
        throw new BrokenArchiveException("has no " + name);
    }

    private static Manifest read(byte[] json) throws IOException {
        try {
            Manifest manifest = Json.strictMapper().readValue(json, Manifest.class);
            if (!manifest.format().equals(Manifest.FORMAT) || manifest.version() != Manifest.VERSION) {
                throw new BrokenArchiveException("has format " + manifest.format() + " " + manifest.version()
                        + ", which this version does not know");
            }
            return manifest;
        } catch (JsonProcessingException unreadable) {
            throw new BrokenArchiveException("has an unreadable manifest");
        }
    }

    private static Manifest compared(Manifest manifest, List<ArchivedFile> found) {
        List<ArchivedFile> expected = manifest.files().stream()
                .map(file -> new ArchivedFile(file.name(), file.bytes(), file.sha256(), 0))
                .toList();
        if (!expected.equals(found)) {
            throw new BrokenArchiveException("does not hold what its manifest lists");
        }
        return manifest;
    }
}
