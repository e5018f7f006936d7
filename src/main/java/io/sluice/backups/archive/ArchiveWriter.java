package io.sluice.backups.archive;

import io.sluice.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes an archive from beginning to end, without ever knowing how long a file will be: a ZIP of format ZIP64. */
final class ArchiveWriter {
    private final Sums.Output whole;
    private final ZipOutputStream zip;
    private final List<ArchivedFile> files = new ArrayList<>();

    /** Writes one file's contents. */
    interface Filler {
        /** Returns how many rows were written. */
        long fill(OutputStream out) throws IOException, InterruptedException;
    }

    /** The length and sum of a whole archive. */
    record Written(long bytes, String sha256) {}

    ArchiveWriter(OutputStream out) {
        whole = new Sums.Output(out);
        zip = new ZipOutputStream(whole, StandardCharsets.UTF_8);
        // Dumps are long and there is a time limit: a third of the time for a few percent of the size.
        zip.setLevel(Deflater.BEST_SPEED);
    }

    void file(String name, Filler filler) throws IOException, InterruptedException {
        zip.putNextEntry(new ZipEntry(name));
        Sums.Output sums = new Sums.Output(zip);
        long rows = filler.fill(sums);
        zip.closeEntry();
        files.add(new ArchivedFile(name, sums.bytes(), sums.sha256Hex(), rows));
    }

    List<ArchivedFile> files() {
        return List.copyOf(files);
    }

    /** Ends the archive with its manifest. */
    Written finish(Manifest manifest) throws IOException {
        zip.putNextEntry(new ZipEntry(Manifest.NAME));
        zip.write(Json.strictMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
        zip.closeEntry();
        zip.finish();
        return new Written(whole.bytes(), whole.sha256Hex());
    }
}
