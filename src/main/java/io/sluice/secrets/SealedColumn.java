package io.sluice.secrets;

/**
 * Where a table keeps sealed values. The id of each one's master key stands beside it, as {@code master_key_id}.
 *
 * @param table its name; names of tables and columns are constants of the feature that owns them
 * @param id the column by which rows are told apart
 * @param sealed the column of the sealed bytes
 * @param purpose what they were sealed for
 * @param context the column whose text they were sealed with
 */
public record SealedColumn(String table, String id, String sealed, String purpose, String context) {}
