package io.sluice.backups;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where backups are kept, for how long, and by what they are made. */
@Singleton
public class BackupSettings implements Settings {
    private static final Pattern S3 =
            Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9_./-]*[A-Za-z0-9_.-])?/?)?");
    private static final int MOST_DAYS = 365;
    private static final int MOST_NOTICE_DAYS = 30;

    private final Optional<Bucket> bucket;
    private final Path folder;
    private final String pgDump;
    private final int retentionDays;
    private final int noticeDays;

    /**
     * An S3-compatible service.
     *
     * @param name of the bucket
     * @param prefix of every object's name; empty or ending in a slash
     * @param endpoint empty: the region's own
     * @param pathStyle whether the bucket stands in the path instead of the host's name
     */
    public record Bucket(
            String name,
            String prefix,
            Optional<URI> endpoint,
            String region,
            String accessKey,
            String secretKey,
            boolean pathStyle) {
        @Override
        public String toString() {
            return "s3://" + name + "/" + prefix;
        }
    }

    @Inject
    public BackupSettings(Configuration configuration) {
        String store = configuration.requiredText("sluice.backup.store");
        Optional<String> endpoint = configuration.text("sluice.backup.s3.endpoint");
        String region = configuration.requiredText("sluice.backup.s3.region");
        Optional<String> accessKey = configuration.text("sluice.backup.s3.access.key");
        Optional<String> secretKey = configuration.text("sluice.backup.s3.secret.key");
        boolean pathStyle = configuration.flag("sluice.backup.s3.path.style");
        Matcher s3 = S3.matcher(store);
        if (s3.matches()) {
            String prefix = s3.group(2) == null ? "" : s3.group(2) + "/";
            bucket = Optional.of(new Bucket(
                    s3.group(1),
                    prefix,
                    endpoint.map(BackupSettings::endpoint),
                    region,
                    required(accessKey, "SLUICE_BACKUP_S3_ACCESS_KEY"),
                    required(secretKey, "SLUICE_BACKUP_S3_SECRET_KEY"),
                    pathStyle));
        } else if (store.equals("file")) {
            bucket = Optional.empty();
        } else {
            throw new InvalidSettingException(
                    "SLUICE_BACKUP_STORE is '" + store + "' but must be file or such as s3://bucket/prefix.");
        }
        folder = configuration
                .text("sluice.backup.dir")
                .map(Path::of)
                .orElseGet(() -> Path.of(configuration.text("sluice.data.dir").orElse(".sluice"), "backups"))
                .toAbsolutePath()
                .normalize();
        pgDump = configuration.requiredText("sluice.backup.pg.dump");
        retentionDays = configuration.integer("sluice.backup.retention.days", 1, MOST_DAYS);
        noticeDays = configuration.integer("sluice.backup.notice.days", 1, MOST_NOTICE_DAYS);
        if (noticeDays >= retentionDays && retentionDays > 1) {
            throw new InvalidSettingException("SLUICE_BACKUP_NOTICE_DAYS is '" + noticeDays
                    + "' but must be less than SLUICE_BACKUP_RETENTION_DAYS.");
        }
    }

    private static String required(Optional<String> value, String name) {
        return value.orElseThrow(() -> new InvalidSettingException(name + " is not set; the store on S3 needs it."));
    }

    private static URI endpoint(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // Refused below.
        }
        throw new InvalidSettingException("SLUICE_BACKUP_S3_ENDPOINT is '" + text
                + "' but must be an address such as https://s3.example.org:9000.");
    }

    /** The service that keeps archives; empty: a folder does. */
    public Optional<Bucket> bucket() {
        return bucket;
    }

    /** The folder that keeps archives when no service does. Default {@code backups} in the data folder. */
    public Path folder() {
        return folder;
    }

    /** The program that dumps a schema, by name or path. Default {@code pg_dump}. */
    public String pgDump() {
        return pgDump;
    }

    /** Days until a backup expires, when nobody said otherwise. Default 30. */
    public int retentionDays() {
        return retentionDays;
    }

    /** Days before its expiry on which notice is given. Default 7. */
    public int noticeDays() {
        return noticeDays;
    }
}
