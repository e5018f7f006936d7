package io.sluice.abuse.retention;

import io.sluice.retention.Retention;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.time.Duration;

/** What an operator still has to decide on is kept, however old it is. */
@ApplicationScoped
public class AbuseKinds {
    /** The rules look at the last quarter of an hour and the one before. */
    private static final Duration ACTIVITY = Duration.ofDays(7);

    @Inject
    AbuseRetentionSettings settings;

    @Inject
    OldRowRepository rows;

    @Produces
    Retention detections() {
        return new OldRows("abuse_detections", "abuse_detections", settings.detectionsKept(), """
                detected_at < sluice_now() - make_interval(secs => :kept)
                    and outcome not in ('due', 'held', 'needs_confirmation', 'confirmed')
                """, rows);
    }

    @Produces
    Retention activity() {
        return new OldRows(
                "abuse_key_activity",
                "abuse_key_activity",
                ACTIVITY,
                "bucket_start < sluice_now() - make_interval(secs => :kept)",
                rows);
    }

    /** As long as the job. */
    @Produces
    Retention runs() {
        return new OldRows("abuse_runs", "job_abuse_runs", Duration.ZERO, """
                :kept >= 0 and not exists (select from jobs j where j.id = job_abuse_runs.job_id)
                """, rows);
    }
}
