package io.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests write: a folder for each JVM that runs tests, because two of them do so side by side. */
public final class TestFolder {
    /** The number of this JVM among those that run tests side by side, from 1. */
    static final int FORK = Integer.getInteger("sluice.it.fork", 1);

    private static final Path FOLDER = Path.of("target/it-" + FORK).toAbsolutePath();

    private TestFolder() {}

    /** A file or folder in it, which the caller makes. */
    public static Path of(String name) {
        try {
            return Files.createDirectories(FOLDER).resolve(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
