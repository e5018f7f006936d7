package io.sluice.testkit;

/**
 * Ends the database session that takes one step, as when the node or PostgreSQL is killed right there, until it is
 * closed.
 */
public final class DyingStep implements AutoCloseable {
    private final TestDatabase database;
    private final String table;

    private DyingStep(TestDatabase database, String table) {
        this.database = database;
        this.table = table;
    }

    /**
     * @param step {@code insert}, {@code update} or {@code delete} of a row of the table
     * @param ofRow an expression on {@code new} or {@code old}: only rows where it is {@code ours} are meant
     */
    public static DyingStep at(TestDatabase database, String table, String step, String ofRow, String ours) {
        database.execute("""
                create or replace function test_die_%s() returns trigger language plpgsql as $$
                begin
                    if (%s) = '%s' then
                        perform pg_terminate_backend(pg_backend_pid());
                        perform pg_sleep(5);
                    end if;
                    if tg_op = 'DELETE' then
                        return old;
                    end if;
                    return new;
                end
                $$""".formatted(table, ofRow, ours));
        database.execute("create trigger test_die before %s on %s for each row execute function test_die_%s()"
                .formatted(step, table, table));
        return new DyingStep(database, table);
    }

    @Override
    public void close() {
        database.execute("drop trigger if exists test_die on " + table);
    }
}
