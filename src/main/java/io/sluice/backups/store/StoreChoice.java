package io.sluice.backups.store;

import io.sluice.backups.BackupSettings;
import io.sluice.backups.BackupStore;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** Makes the store that the configuration names. A connection to a service is opened at the first use. */
@ApplicationScoped
public class StoreChoice {
    @Inject
    BackupSettings settings;

    private @Nullable S3Store service;

    @Produces
    @ApplicationScoped
    BackupStore store() {
        return settings.bucket().<BackupStore>map(this::service).orElseGet(() -> new FileStore(settings.folder()));
    }

    private S3Store service(BackupSettings.Bucket bucket) {
        S3Store made = new S3Store(bucket);
        service = made;
        return made;
    }

    @PreDestroy
    void close() {
        if (service != null) {
            service.close();
        }
    }
}
