package io.sluice.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.Answer;
import io.sluice.testkit.Api;
import io.sluice.testkit.SharedServer;
import io.sluice.testkit.Tenants;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageReportsIT {
    private final Api operator = SharedServer.operator();

    private record Sent(Instant at, long quantity) {}

    /** Random events of random zones: what is read back is what was sent, in every bucket, and so are the counters. */
    @ParameterizedTest
    @CsvSource({"1, UTC, 1", "2, Asia/Kathmandu, 31", "3, Australia/Lord_Howe, 15", "4, America/St_Johns, 28"})
    void readsBackWhatWasSent(long seed, String zoneName, int anchor) {
        Random random = new Random(seed);
        ZoneId zone = ZoneId.of(zoneName);
        String project = Tenants.create(zoneName, anchor);
        Instant now = now();
        List<Sent> sent = new ArrayList<>();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Instant at = now.minusSeconds(random.nextInt(34 * 86_400)).truncatedTo(ChronoUnit.SECONDS);
            sent.add(new Sent(at, random.nextInt(1_000)));
            events.add(Tenants.event(project, "requests", sent.get(i).quantity(), "e" + i, at));
            if (random.nextInt(4) == 0) {
                events.add(events.get(events.size() - 1));
            }
        }
        operator.post("/v1/usage/track", Tenants.batch(events)).expect(202);

        String range = "&from=" + now.minus(Duration.ofDays(35)).plusSeconds(1) + "&to=" + now;
        for (String bucket : List.of("hour", "day", "week", "month")) {
            Map<Instant, Long> expected = new TreeMap<>();
            sent.forEach(each -> expected.merge(bucketStart(bucket, each.at(), zone), each.quantity(), Long::sum));
            JsonNode report = Tenants.report(project, "?metric=requests&bucket=" + bucket + range);
            assertThat(items(report)).as(bucket).isEqualTo(expected);
            assertThat(report.at("/totals/requests").asLong())
                    .isEqualTo(sent.stream().mapToLong(Sent::quantity).sum());
        }
        for (Period.Unit unit : Period.Unit.values()) {
            Period period = new Period(unit, anchor, zone);
            long inPeriod = sent.stream()
                    .filter(each -> period.start(each.at()).equals(period.start(now)))
                    .mapToLong(Sent::quantity)
                    .sum();
            assertThat(Tenants.used(project, "requests", unit.word()))
                    .as(unit.word())
                    .isEqualTo(inPeriod);
        }
    }

    @Test
    void countsThePresentPeriodsAnewWhenTheProjectsCalendarChanges() {
        String project = Tenants.create();
        Instant now = now();
        List<Sent> sent = new ArrayList<>();
        List<String> events = new ArrayList<>();
        for (int hour = 0; hour < 800; hour += 5) {
            sent.add(new Sent(now.minus(Duration.ofHours(hour)), 1 + hour));
            String id = "e" + hour;
            events.add(Tenants.event(project, "requests", 1 + hour, id, now.minus(Duration.ofHours(hour))));
            events.add(Tenants.event(
                    project, "realtime_connections", hour, id + "max", now.minus(Duration.ofHours(hour))));
        }
        operator.post("/v1/usage/track", Tenants.batch(events)).expect(202);
        for (String zone : List.of("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")) {
            int anchor = zone.equals("UTC") ? 1 : 20;
            operator.patch(
                            "/v1/projects/" + project,
                            "{\"time_zone\": \"%s\", \"anchor_day\": %d}".formatted(zone, anchor))
                    .expect(200);
            for (Period.Unit unit : Period.Unit.values()) {
                Period period = new Period(unit, anchor, ZoneId.of(zone));
                List<Long> inPeriod = sent.stream()
                        .filter(each -> !each.at().isBefore(period.start(now)))
                        .map(Sent::quantity)
                        .toList();
                assertThat(Tenants.used(project, "requests", unit.word()))
                        .as(zone + " " + unit.word())
                        .isEqualTo(inPeriod.stream().mapToLong(Long::longValue).sum());
                assertThat(Tenants.used(project, "realtime_connections", unit.word()))
                        .isEqualTo(inPeriod.stream()
                                        .mapToLong(Long::longValue)
                                        .max()
                                        .orElse(1)
                                - 1);
            }
        }
    }

    @Test
    void writesCsvWithIsoTimesAndNeedsNoDates() {
        String project = Tenants.create();
        Instant at = now().minus(Duration.ofDays(2));
        Tenants.track(project, "requests", 12, "e", at).expect(202);
        Tenants.track(project, "errors", 3, "f", at).expect(202);
        Answer csv = operator.get("/v1/projects/" + project + "/usage", "Accept", "text/csv")
                .expect(200);
        String day = at.truncatedTo(ChronoUnit.DAYS).toString();
        assertThat(csv.header("Content-Type")).startsWith("text/csv");
        assertThat(csv.body())
                .isEqualTo("bucket_start,metric,quantity\r\n" + day + ",errors,3\r\n" + day + ",requests,12\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bucket=year",
                "bucket=",
                "metric=nope",
                "metric=a%00",
                "from=yesterday",
                "to=2026-01-01",
                "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
                "from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
                "bucket=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z",
                "from=2020-01-01T00:00:00Z&to=2026-03-01T00:00:00Z",
                "to=-999999999-01-01T00:00:00Z",
                "to=+999999999-01-01T00:00:00Z"
            })
    void refusesAReportThatItCannotGive(String query) {
        String project = Tenants.create();
        Answer refused =
                operator.get("/v1/projects/" + project + "/usage?" + query).expect(400);
        assertThat(refused.code()).isEqualTo("VALIDATION_ERROR");
    }

    @Test
    void isReadByTheOwnerOfTheProjectAndNoOther() {
        String mine = Tenants.create();
        String other = Tenants.create();
        Api owner = Tenants.holder("owner", mine);
        owner.get("/v1/projects/" + mine + "/usage").expect(200);
        owner.get("/v1/projects/" + other + "/usage").expect(404);
        operator.get("/v1/projects/" + Tenants.newId() + "/usage").expect(404);
        Tenants.holder("service", mine).get("/v1/projects/" + mine + "/usage").expect(403);
        operator.as(null).get("/v1/projects/" + mine + "/usage").expect(401);
    }

    private static Map<Instant, Long> items(JsonNode report) {
        Map<Instant, Long> items = new TreeMap<>();
        report.get("items")
                .forEach(item -> items.put(
                        Instant.parse(item.get("bucket_start").asText()),
                        item.get("quantity").asLong()));
        return items;
    }

    private static Instant bucketStart(String bucket, Instant at, ZoneId zone) {
        LocalDate day = LocalDate.ofInstant(at, zone);
        return switch (bucket) {
            case "hour" -> at.atZone(zone).truncatedTo(ChronoUnit.HOURS).toInstant();
            case "week" ->
                day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                        .atStartOfDay(zone)
                        .toInstant();
            case "month" -> day.withDayOfMonth(1).atStartOfDay(zone).toInstant();
            default -> day.atStartOfDay(zone).toInstant();
        };
    }

    private static Instant now() {
        java.sql.Timestamp time = SharedServer.database().value("select sluice_now()");
        return time.toInstant();
    }
}
