package io.sluice.backups;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.startup.Configuration;
import io.sluice.startup.FixedConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "sluice.backup.dir, ./kept, kept",
        "sluice.backup.dir, a/../kept, kept",
        "sluice.backup.dir, /var/lib/./kept/, /var/lib/kept",
        "sluice.data.dir, ./kept, kept/backups"
    })
    void theFolderIsTheSameHoweverItIsWritten(String key, String value, Path folder) {
        assertThat(settings(key, value).folder()).isEqualTo(folder.toAbsolutePath());
    }

    private static BackupSettings settings(String key, String value) {
        Map<String, String> values = new HashMap<>(Map.of(
                "sluice.backup.store", "file",
                "sluice.backup.s3.region", "us-east-1",
                "sluice.backup.s3.path.style", "true",
                "sluice.backup.pg.dump", "pg_dump",
                "sluice.backup.retention.days", "30",
                "sluice.backup.notice.days", "7"));
        values.put(key, value);
        FixedConfig.use(values);
        return new BackupSettings(new Configuration());
    }
}
