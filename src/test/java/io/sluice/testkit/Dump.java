package io.sluice.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** All of a database as text, by the real {@code pg_dump}. */
public final class Dump {
    private Dump() {}

    public static String of(TestDatabase database) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                "pg_dump",
                "--host=127.0.0.1",
                "--port=" + SharedServer.postgres().port(),
                "--username=" + PostgresServer.USER,
                database.url().replaceAll(".*/", ""));
        command.environment().put("PGPASSWORD", PostgresServer.PASSWORD);
        command.redirectErrorStream(true);
        return new String(command.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
