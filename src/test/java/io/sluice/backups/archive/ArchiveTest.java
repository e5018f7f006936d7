package io.sluice.backups.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ArchiveTest {
    private static final byte[] DUMP = new byte[300_000];

    static {
        new Random(7).nextBytes(DUMP);
    }

    @Test
    void isReadAsItWasWritten() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ArchiveWriter writer = new ArchiveWriter(out);
        Manifest manifest = fill(writer);
        ArchiveWriter.Written written = writer.finish(manifest);

        assertThat(written.bytes()).isEqualTo(out.size());
        assertThat(written.sha256()).isEqualTo(sha256(out.toByteArray()));
        assertThat(ArchiveReader.verify(in(out.toByteArray()), written.bytes(), written.sha256()))
                .isEqualTo(manifest);
        byte[] dump = ArchiveReader.withFile(in(out.toByteArray()), Manifest.TENANT, file -> file.readAllBytes());
        assertThat(dump).isEqualTo(DUMP);
        assertThat(manifest.file(Manifest.TENANT))
                .contains(new ArchivedFile(Manifest.TENANT, DUMP.length, sha256(DUMP), 5));
    }

    @Test
    void noByteCanBeChangedOrLeftOut() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ArchiveWriter writer = new ArchiveWriter(out);
        ArchiveWriter.Written written = writer.finish(fill(writer));
        byte[] whole = out.toByteArray();
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            assertBroken(changed, written);
            assertBroken(Arrays.copyOf(whole, random.nextInt(whole.length)), written);
        }
        assertBroken(Arrays.copyOf(whole, whole.length + 1), written);
    }

    @Test
    void aManifestThatListsSomethingElseIsNoticedWhateverTheSumOfTheWhole() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ArchiveWriter writer = new ArchiveWriter(out);
        Manifest true_ = fill(writer);
        ArchiveWriter.Written written = writer.finish(new Manifest(
                true_.format(),
                true_.version(),
                true_.backupId(),
                true_.projectId(),
                true_.tenantSchema(),
                true_.createdAt(),
                true_.sluiceVersion(),
                true_.databaseVersion(),
                List.of(true_.files().get(0)),
                true_.tables()));
        assertBroken(out.toByteArray(), written);
    }

    private static void assertBroken(byte[] archive, ArchiveWriter.Written written) {
        assertThatThrownBy(() -> ArchiveReader.verify(in(archive), written.bytes(), written.sha256()))
                .isInstanceOfAny(BrokenArchiveException.class, IOException.class);
    }

    private static Manifest fill(ArchiveWriter writer) throws Exception {
        writer.file(Manifest.TENANT, dump -> {
            dump.write(DUMP);
            return 5;
        });
        writer.file(Manifest.PROJECT, records -> {
            records.write("{\"id\": \"a\"}\n".getBytes(StandardCharsets.UTF_8));
            return 1;
        });
        return new Manifest(
                Manifest.FORMAT,
                Manifest.VERSION,
                UUID.randomUUID(),
                "a",
                "tenant_a",
                Instant.parse("2026-01-01T00:00:00Z"),
                "1",
                "15",
                writer.files(),
                List.of(new TableRows("t", 5)));
    }

    private static ByteArrayInputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
