package io.sluice.backups.restore;

import io.sluice.ConflictException;
import io.sluice.backups.archive.Manifest;
import io.sluice.backups.archive.TableRows;
import io.sluice.database.BulkConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts a dump in the place of a tenant's schema, in the transaction that is open on this thread. Others see the old data
 * until it commits, and keep it if it does not.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class TenantRestore {
    private static final Pattern SETTING = Pattern.compile("SET ([a-z_]+) = (.*)", Pattern.DOTALL);
    private static final String SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', false)";
    private static final String LONGEST_WAIT_FOR_A_LOCK = "30s";

    @Inject
    BulkConnection bulk;

    @Inject
    TenantRepository tenants;

    @Inject
    ReachRepository reaches;

    /** Whether no restore of the project is open at this moment. */
    @Transactional(TxType.REQUIRES_NEW)
    boolean isFree(String projectId) {
        return tenants.tryLock(projectId);
    }

    /**
     * Replaces the schema {@code target}.
     *
     * @param replace whether what is in it may go; otherwise it must be empty or missing
     * @param bytes told how much of the dump was read
     * @param stopped asked again and again: whether to give up
     * @throws ConflictException if the schema holds what may not go, something outside hangs on it, or the dump reaches
     *     for something outside
     * @throws IOException if the dump is not one, or the work was stopped
     */
    void restore(
            Manifest manifest,
            InputStream dump,
            String target,
            boolean replace,
            LongConsumer bytes,
            BooleanSupplier stopped)
            throws IOException {
        String source = Objects.requireNonNull(manifest.tenantSchema());
        String own = reaches.ownSchema();
        tenants.set("lock_timeout", LONGEST_WAIT_FOR_A_LOCK);
        clear(target, replace);
        Optional<String> aside = Optional.empty();
        if (!source.equals(target) && tenants.exists(source)) {
            aside = Optional.of("aside_" + UUID.randomUUID().toString().replace("-", ""));
            rename(source, aside.get());
        }
        Reach before = reaches.outside(source, own);
        execute(new Watched(dump, bytes, stopped));
        if (!source.equals(target)) {
            rename(source, target);
            if (tenants.mentions(target, source)) {
                throw new ConflictException("A function of the archive names the schema '" + source
                        + "' in its text and would go on using it; restore into the project it came from.");
            }
        }
        compare(manifest, target);
        Reach after = reaches.outside(target, own);
        if (!after.equals(before)) {
            throw new ConflictException("The archive reaches for what lies outside the tenant schema '" + target
                    + "': a function of the tenant's, called by its restore, or a foreign key. Nothing was restored.");
        }
        aside.ifPresent(name -> rename(name, source));
    }

    private void clear(String target, boolean replace) {
        if (!tenants.exists(target)) {
            return;
        }
        if (!replace && !tenants.isEmpty(target)) {
            throw new ConflictException("The tenant schema '" + target
                    + "' is not empty; only the project that a backup was made of may have its data replaced.");
        }
        Optional<String> dependent = tenants.dependent(target);
        if (dependent.isPresent()) {
            throw new ConflictException(dependent.get() + " lies outside the tenant schema '" + target
                    + "' and hangs on it; it would be lost.");
        }
        bulk.execute("drop schema \"" + target + "\" cascade");
    }

    private void rename(String from, String to) {
        bulk.execute("alter schema \"" + from + "\" rename to \"" + to + "\"");
    }

    /** The dump's settings hold for the dump alone, never for what else this transaction or its connection does. */
    private void execute(InputStream dump) throws IOException {
        Map<String, String> before = new LinkedHashMap<>();
        ScriptReader script = new ScriptReader(dump);
        for (String statement = script.next(); statement != null; statement = script.next()) {
            Matcher setting = SETTING.matcher(statement);
            if (ScriptReader.hasRows(statement)) {
                bulk.copy(statement, script.rows());
            } else if (statement.equals(SEARCH_PATH)) {
                before.putIfAbsent("search_path", tenants.setting("search_path"));
                tenants.set("search_path", "");
            } else if (setting.matches()) {
                set(setting.group(1), setting.group(2), before);
            } else if (ScriptReader.isUsual(statement)) {
                bulk.execute(statement);
            } else {
                throw new ConflictException("The dump holds a statement that pg_dump does not write.");
            }
        }
        before.forEach(tenants::set);
    }

    /** A newer pg_dump may set what an older server does not know, as it may for psql. */
    private void set(String name, String value, Map<String, String> before) {
        if (tenants.knowsSetting(name)) {
            before.putIfAbsent(name, tenants.setting(name));
            bulk.execute("SET LOCAL " + name + " = " + value);
        }
    }

    private void compare(Manifest manifest, String target) {
        List<TableRows> restored = tenants.tables(target).stream()
                .map(table -> new TableRows(table, tenants.rows(target, table)))
                .toList();
        if (!restored.equals(manifest.tables())) {
            throw new IllegalStateException(
                    "What was restored is not what was backed up: " + restored + " instead of " + manifest.tables());
        }
    }

    /** A stream that says how far it is, and ends with an error once the work is to stop. */
    private static final class Watched extends FilterInputStream {
        private final LongConsumer bytes;
        private final BooleanSupplier stopped;
        private long total;

        Watched(InputStream in, LongConsumer bytes, BooleanSupplier stopped) {
            super(in);
            this.bytes = bytes;
            this.stopped = stopped;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (stopped.getAsBoolean()) {
                throw new InterruptedIOException("The restore was asked to stop.");
            }
            int read = in.read(target, offset, length);
            total += Math.max(0, read);
            bytes.accept(total);
            return read;
        }
    }
}
