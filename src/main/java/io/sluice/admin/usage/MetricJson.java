package io.sluice.admin.usage;

import io.sluice.usage.Metric;

/** A metric as the API shows it. */
public record MetricJson(String name, String unit, String aggregation, String description) {
    static MetricJson of(Metric metric) {
        return new MetricJson(metric.name(), metric.unit(), metric.aggregation().word(), metric.description());
    }
}
