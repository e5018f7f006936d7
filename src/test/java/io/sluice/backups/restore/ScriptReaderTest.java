package io.sluice.backups.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptReaderTest {
    @Test
    void takesStatementsApartAtTheirSemicolonsOnly() throws IOException {
        assertThat(parts("""
                --
                -- PostgreSQL database dump; with a semicolon
                --

                SET a = 0;
                INSERT INTO t VALUES ('it''s; "one"', E'a\\'; b', ';');
                COMMENT ON TABLE "a;""b" IS 'x -- y; /* z';
                SELECT 1 /* ; /* nested; */ ; */ + 1; SELECT 2 -- ;
                ;
                CREATE RULE r AS ON DELETE TO t DO INSTEAD (DELETE FROM a; DELETE FROM b;);
                """))
                .containsExactly(
                        "SET a = 0",
                        "INSERT INTO t VALUES ('it''s; \"one\"', E'a\\'; b', ';')",
                        "COMMENT ON TABLE \"a;\"\"b\" IS 'x -- y; /* z'",
                        "SELECT 1 /* ; /* nested; */ ; */ + 1",
                        "SELECT 2 -- ;\n",
                        "CREATE RULE r AS ON DELETE TO t DO INSTEAD (DELETE FROM a; DELETE FROM b;)");
    }

    @Test
    void leavesTheBodiesOfFunctionsWhole() throws IOException {
        String plpgsql = "CREATE FUNCTION f() RETURNS text\n    AS $_$ begin; return '$$;'; end $_$";
        String standard = "CREATE OR REPLACE FUNCTION g(a int) RETURNS int\n BEGIN ATOMIC\n"
                + " SELECT CASE WHEN true THEN 1 ELSE 2 END;\n SELECT 3;\nEND";
        String procedure = "CREATE PROCEDURE p()\n BEGIN ATOMIC\n DELETE FROM t; DELETE FROM u;\nEND";
        String dollars = "SELECT $1, a$b$c, $$;$$, $x$ $$ ; $x $ $x$";
        assertThat(parts(plpgsql + ";\n" + standard + ";\n" + procedure + ";\n" + dollars + ";\n"))
                .containsExactly(plpgsql, standard, procedure, dollars);
    }

    @Test
    void handsOutTheRowsOfATableAsTheyStand() throws IOException {
        String rows = "1\t\\N\n2\ta;b\n\\\\.\t3\n\\n\tx\n";
        assertThat(parts("COPY s.t (a, b) FROM stdin;\n" + rows + "\\.\n\n\nSELECT 1;\n"))
                .containsExactly("COPY s.t (a, b) FROM stdin", "rows:" + rows, "SELECT 1");
        assertThat(parts("COPY s.t (a) FROM stdin;\n\\.\nSELECT 1;\n"))
                .containsExactly("COPY s.t (a) FROM stdin", "rows:", "SELECT 1");
    }

    @Test
    void handsOutRowsThatAreLongerThanItsBuffer() throws IOException {
        String row = "x".repeat(200_000) + "\n";
        assertThat(parts("COPY t (a) FROM stdin;\n" + row.repeat(3) + "\\.\n"))
                .containsExactly("COPY t (a) FROM stdin", "rows:" + row.repeat(3));
    }

    @Test
    void leavesOutWhatPgDumpSaysToPsqlAndRefusesEveryOtherCommand() throws IOException {
        assertThat(parts("\\restrict abc\nSELECT 1;\n\\unrestrict abc\n")).containsExactly("SELECT 1");
        assertThatThrownBy(() -> parts("SELECT 1;\n\\! rm -rf /\n")).isInstanceOf(IOException.class);
    }

    @Test
    void tellsWhatPgDumpWritesFromWhatItNeverWould() {
        for (String usual : List.of(
                "CREATE TABLE t.a (\n    id integer\n)",
                "CREATE OR REPLACE VIEW t.v AS SELECT 1",
                "ALTER TABLE ONLY t.a ADD CONSTRAINT a_pkey PRIMARY KEY (id)",
                "ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA t GRANT SELECT ON TABLES TO r",
                "SELECT pg_catalog.setval('t.s', 7, true)",
                "COMMENT ON TABLE t.a IS 'x'",
                "GRANT SELECT ON TABLE t.a TO r",
                "REFRESH MATERIALIZED VIEW t.m")) {
            assertThat(ScriptReader.isUsual(usual)).as(usual).isTrue();
        }
        for (String odd : List.of(
                "COMMIT",
                "BEGIN",
                "UPDATE public.suspensions SET resolved_at = now()",
                "DELETE FROM public.usage_counters",
                "DO $$ begin end $$",
                "SELECT evil()",
                "SELECT pg_catalog.lo_import('/etc/passwd')",
                "COPY t.a FROM '/etc/passwd'",
                "CREATE  ROLE r",
                "ALTER SYSTEM SET a = 1",
                "ALTER\nUSER r SUPERUSER",
                "RESET ROLE",
                "DROP TABLE public.projects")) {
            assertThat(ScriptReader.isUsual(odd)).as(odd).isFalse();
        }
    }

    @Test
    void refusesADumpThatWasCutOff() {
        for (String cut : List.of("SELECT 1", "SELECT 'a;\n", "COPY t (a) FROM stdin;\n1\n", "SELECT $$ ;")) {
            assertThatThrownBy(() -> parts(cut)).as(cut).isInstanceOf(EOFException.class);
        }
    }

    private static List<String> parts(String script) throws IOException {
        ScriptReader reader = new ScriptReader(new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)));
        List<String> parts = new ArrayList<>();
        for (String next = reader.next(); next != null; next = reader.next()) {
            if (!next.isBlank()) {
                parts.add(next);
            }
            if (ScriptReader.hasRows(next)) {
                parts.add("rows:" + new String(reader.rows().readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return parts;
    }
}
