package io.sluice.testkit;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Keeps the schedules of the shared node from making jobs while a class is tested. What its tests arrange and then ask for
 * by hand, the calendar would otherwise do in between: at full hours and minutes, and at once when the clock is moved.
 */
public final class QuietCalendar implements BeforeAllCallback, AfterAllCallback {
    private List<Object> stopped = List.of();

    /** Stops every schedule that is not paused, and waits for the end of what they have begun. */
    @Override
    public void beforeAll(ExtensionContext context) {
        SharedServer.node();
        stopped =
                SharedServer.database()
                        .query("update schedules set enabled = false where enabled returning name")
                        .stream()
                        .map(row -> row.get("name"))
                        .toList();
        await("the end of what the calendar has begun")
                .atMost(Duration.ofSeconds(60))
                .until(() -> SharedServer.database()
                                .count("select count(*) from jobs where schedule is not null"
                                        + " and status in ('pending', 'running') and scheduled_at <= sluice_now()")
                        == 0);
    }

    /** Slots that have come meanwhile are not made up for. */
    @Override
    public void afterAll(ExtensionContext context) {
        stopped.forEach(name -> SharedServer.database()
                .execute("update schedules set enabled = true, next_run_at = null where name = ?", name));
    }
}
