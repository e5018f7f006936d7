package io.sluice.notifications.operators;

import static java.util.stream.Collectors.joining;

import io.sluice.logging.EventLog;
import io.sluice.notifications.NoticeKind;
import io.sluice.notifications.Notices;
import io.sluice.notifications.NotificationSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares figures of the installation with their limits. Operators are told when a limit is passed, are reminded while
 * that lasts, and are told again only after it was over: any number of looks gives one notice.
 */
@ApplicationScoped
public class InstallationWatch {
    private static final EventLog LOG = EventLog.of(InstallationWatch.class);
    private static final int MOST_NAMED = 10;

    @Inject
    AlertRepository alerts;

    @Inject
    ZoneRules zones;

    @Inject
    Notices notices;

    @Inject
    NotificationSettings settings;

    /** Something that is measured; {@code threshold} is the value from which operators are told. */
    private record Figure(String name, NoticeKind kind, double value, double threshold, Map<String, Object> data) {
        boolean passed() {
            return value >= threshold;
        }
    }

    /** Looks once; returns the names of what operators were told of. */
    @Transactional(TxType.REQUIRES_NEW)
    public List<String> look() {
        List<String> told = new ArrayList<>();
        for (Figure figure : figures()) {
            if (!figure.passed()) {
                alerts.clear(figure.name());
            } else if (alerts.raise(figure.name(), settings.repeat())) {
                notices.tellOperators(figure.kind(), figure.data());
                LOG.warning("operators are told", "figure", figure.name(), "value", figure.value());
                told.add(figure.name());
            }
        }
        return told;
    }

    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        AlertRepository.Figures read = alerts.read();
        Map<String, Object> dead = new LinkedHashMap<>();
        dead.put("failed", read.deadLetters());
        dead.put("threshold", settings.deadLetters());
        figures.add(
                new Figure("dead_letters", NoticeKind.DEAD_LETTERS, read.deadLetters(), settings.deadLetters(), dead));
        figures.add(ofDatabase(
                "connections",
                "Connections to the database",
                read.connections(),
                read.mostConnections(),
                "Lower SLUICE_DB_POOL_MAX, run fewer nodes, or raise max_connections."));
        figures.add(ofDatabase(
                "transaction_ids",
                "Age of the oldest transaction id",
                read.oldestTransaction(),
                read.mostTransactions(),
                "Find what keeps vacuum back (long transactions, replication slots) and vacuum the database."));
        if (settings.databaseBytes() > 0) {
            figures.add(ofDatabase(
                    "size",
                    "Size of the database in bytes",
                    read.size(),
                    settings.databaseBytes(),
                    "Give the database more space, or keep usage and audit for a shorter time."));
        }
        figures.add(ofZones(zones.disputed()));
        return figures;
    }

    private static Figure ofZones(List<String> disputed) {
        if (!disputed.isEmpty()) {
            LOG.warning("Java and PostgreSQL differ about time zones of projects", "zones", disputed);
        }
        String named = disputed.stream().limit(MOST_NAMED).collect(joining(", "));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("zones", disputed.size() > MOST_NAMED ? named + " and others" : named);
        return new Figure("time_zones", NoticeKind.TIME_ZONES, disputed.size(), 1, data);
    }

    private Figure ofDatabase(String name, String label, long value, long maximum, String advice) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("limit_name", label);
        data.put("value", value);
        data.put("maximum", maximum);
        data.put("advice", advice);
        return new Figure(
                "database_" + name,
                NoticeKind.DATABASE_LIMITS,
                value,
                maximum / 100.0 * settings.databasePercent(),
                data);
    }
}
