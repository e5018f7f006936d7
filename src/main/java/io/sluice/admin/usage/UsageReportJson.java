package io.sluice.admin.usage;

import io.sluice.usage.UsageReports.Report;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Usage over a range; {@code totals} maps each metric to its total. */
public record UsageReportJson(List<UsagePointJson> items, Map<String, Long> totals) {
    /** What was used of one metric in one bucket. */
    public record UsagePointJson(Instant bucketStart, String metric, long quantity) {}

    static UsageReportJson of(Report report) {
        return new UsageReportJson(
                report.points().stream()
                        .map(each -> new UsagePointJson(each.bucketStart(), each.metric(), each.quantity()))
                        .toList(),
                report.totals());
    }
}
