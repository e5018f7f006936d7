package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.TenantData;
import io.sluice.testkit.TestDatabase;
import io.sluice.testkit.TestFolder;
import io.sluice.testkit.TestJobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One run removes everything that has expired, however little it looks at together. */
class BackupCleanupIT {
    private static final Path FOLDER = TestFolder.of("backups");
    private static final int EXPIRED = 5;

    private final TestDatabase database = SharedServer.database();
    private final TenantData data = new TenantData(SharedServer.operator(), database);
    private final String project = data.project();
    private final List<Path> archives = new ArrayList<>();

    @BeforeAll
    static void needsPgDump() {
        TenantData.needsPgDump();
    }

    @BeforeEach
    void makeExpiredBackups() {
        for (int made = 0; made < EXPIRED; made++) {
            archives.add(data.file(FOLDER, data.backUp(project)));
        }
        database.execute("update backups set expires_at = sluice_now() where project_id = ?", project);
    }

    @Test
    void aBacklogOfSeveralPagesIsGoneAfterOneRun() {
        assertThat(result(", \"dry_run\": true").path("skipped").asInt()).isEqualTo(EXPIRED);

        JsonNode result = result("");

        assertThat(result.path("removed").asInt()).isEqualTo(EXPIRED);
        assertThat(result.path("failed").asInt()).isZero();
        assertThat(archives).noneMatch(Files::exists);
        assertThat(completed()).isZero();
    }

    @Test
    void whatTheStoreRefusesIsTriedOnceInARunAndKeepsNothingElse() throws IOException {
        Path refused = archives.get(1);
        Files.delete(refused);
        Files.createDirectories(refused.resolve("in the way"));

        String job = TestJobs.insert(database, "cleanup_expired_backups", payload(""), 1)
                .toString();

        assertThat(data.awaitJob(job, "failed").path("last_error").asText())
                .startsWith("1 archives could not be removed, 4 were");
        assertThat(completed()).isEqualTo(1);
        Files.delete(refused.resolve("in the way"));
        assertThat(result("").path("removed").asInt()).isEqualTo(1);
    }

    private long completed() {
        return database.count("select count(*) from backups where project_id = ? and state = 'completed'", project);
    }

    private JsonNode result(String members) {
        return data.awaitJob(data.insert("cleanup_expired_backups", payload(members)), "completed")
                .path("result");
    }

    private String payload(String members) {
        return "{\"batch_size\": 2, \"project_id\": \"" + project + "\"" + members + "}";
    }
}
