package io.sluice.backups.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.sluice.backups.BackupStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Keeps archives in a folder that all nodes share, readable by the server's user alone. An object is written under
 * another name, forced to the disk and then renamed.
 */
final class FileStore implements BackupStore {
    private static final String UNFINISHED = ".part";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;

    FileStore(Path folder) {
        this.folder = folder;
    }

    @Override
    public Upload create(String name) throws IOException {
        Path file = path(name);
        Files.createDirectories(file.getParent(), OWNER_FOLDER);
        return new FileUpload(file);
    }

    @Override
    public InputStream open(String name) throws IOException {
        return Files.newInputStream(path(name));
    }

    @Override
    public void discard(String name) throws IOException {
        Path file = path(name);
        Files.deleteIfExists(file);
        Files.deleteIfExists(unfinished(file));
    }

    @Override
    public String description() {
        return "folder " + folder;
    }

    private Path path(String name) {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new IllegalArgumentException("No name of an object: " + name);
        }
        return file;
    }

    private static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + UNFINISHED);
    }

    private static final class FileUpload extends Upload {
        private final Path file;
        private final FileChannel channel;
        private final OutputStream out;

        FileUpload(Path file) throws IOException {
            this.file = file;
            channel = FileChannel.open(unfinished(file), Set.of(CREATE_NEW, WRITE), OWNER_FILE);
            out = Channels.newOutputStream(channel);
        }

        @Override
        public void write(int one) throws IOException {
            out.write(one);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void commit() throws IOException {
            channel.force(true);
            channel.close();
            Files.move(unfinished(file), file, ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(file.getParent(), READ)) {
                directory.force(true);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(unfinished(file));
        }
    }
}
