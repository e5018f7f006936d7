package io.sluice.backups;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Where archives are kept. Names are ours: letters, digits, {@code _}, {@code -}, {@code .} and {@code /}. Safe for use
 * by several threads and nodes at once; an object is there whole or not at all.
 */
public interface BackupStore {
    /** An archive that is being written. Used by one thread. Closing it without {@link #commit} leaves nothing behind. */
    abstract class Upload extends OutputStream {
        /** Makes the object visible under its name, durably. Nothing may be written afterwards. */
        public abstract void commit() throws IOException;
    }

    /** Begins an object; nothing is visible before its commit. */
    Upload create(String name) throws IOException;

    /**
     * Opens an object for reading from its beginning.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    InputStream open(String name) throws IOException;

    /** Removes whatever there is under the name: the object, and what an interrupted upload left. Nothing there is no error. */
    void discard(String name) throws IOException;

    /** What it is, for the log: never a credential. */
    String description();
}
