package io.sluice.backups.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.backups.BackupStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest {
    @TempDir
    Path temporary;

    private Path folder;
    private FileStore store;

    @BeforeEach
    void make() {
        folder = temporary.resolve("backups");
        store = new FileStore(folder);
    }

    @Test
    void anObjectIsThereWholeOrNotAtAll() throws IOException {
        try (BackupStore.Upload upload = store.create("a/1.zip")) {
            upload.write(new byte[] {1, 2});
            upload.write(3);
            assertThatThrownBy(() -> store.open("a/1.zip")).isInstanceOf(NoSuchFileException.class);
            upload.commit();
        }
        try (InputStream in = store.open("a/1.zip")) {
            assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
        }
        assertThat(files()).containsExactly("a/1.zip");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a/1.zip"))))
                .isEqualTo("rw-------");
    }

    @Test
    void anUploadThatIsGivenUpLeavesNothing() throws IOException {
        try (BackupStore.Upload upload = store.create("a/1.zip")) {
            upload.write(1);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void discardingTakesWhatWasLeftByAProcessThatDied() throws IOException {
        BackupStore.Upload dead = store.create("a/1.zip");
        dead.write(1);
        assertThat(files()).containsExactly("a/1.zip.part");
        store.discard("a/1.zip");
        store.discard("a/1.zip");
        assertThat(files()).isEmpty();
    }

    @Test
    void twoUploadsOfOneNameNeverMix() throws IOException {
        try (BackupStore.Upload first = store.create("a/1.zip")) {
            assertThatThrownBy(() -> store.create("a/1.zip")).isInstanceOf(IOException.class);
            first.write(1);
            first.commit();
        }
        assertThat(files()).containsExactly("a/1.zip");
    }

    @Test
    void noNameLeadsOutOfTheFolder() {
        for (String name : List.of("../x", "a/../../x", "/etc/passwd", "", "a/..")) {
            assertThatThrownBy(() -> store.open(name)).as(name).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private List<String> files() throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
