package io.sluice.backups.archive;

/**
 * One file of an archive.
 *
 * @param bytes its length before compression
 * @param sha256 its sum before compression, in hexadecimal digits
 * @param rows how many records or, in a dump, rows of tables it holds
 */
public record ArchivedFile(String name, long bytes, String sha256, long rows) {}
