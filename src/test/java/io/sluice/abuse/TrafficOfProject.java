package io.sluice.abuse;

import java.util.Arrays;
import java.util.Random;

/** What one project does, quarter of an hour by quarter of an hour, made from a seed. */
final class TrafficOfProject {
    private static final int DAY = 96;

    final TrafficKind kind;
    final double[] requests;
    final double[] errors;

    /** When the abuse begins and ends, or the announced launch; -1 where there is neither. */
    int eventStart = -1;

    int eventEnd = -1;

    private final Random random;
    private final int warmUp;
    private final double errorShare;

    /** @param warmUp quarters before the evaluation; nothing special happens in them */
    TrafficOfProject(TrafficKind kind, int quarters, int warmUp, Random random) {
        this.kind = kind;
        this.random = random;
        this.warmUp = warmUp;
        requests = new double[quarters];
        errors = new double[quarters];
        errorShare = kind == TrafficKind.CHRONIC_ERRORS ? between(0.35, 0.7) : Math.pow(10, between(-3, -1.2));
        usual();
        for (int q = 0; q < quarters; q++) {
            errors[q] = requests[q] * errorShare * logNormal(1, 0.3);
        }
        special();
        for (int q = 0; q < quarters; q++) {
            requests[q] = Math.floor(requests[q]);
            errors[q] = Math.min(requests[q], Math.floor(errors[q]));
        }
    }

    /** The days and weeks as they always are: a few dozen to a few hundred thousand requests an hour. */
    private void usual() {
        double level = logNormal(750, 2.0);
        double noise = kind == TrafficKind.BURSTY ? 0.6 : between(0.05, 0.3);
        int phase = random.nextInt(7 * DAY);
        double swing = between(0.5, 0.9);
        double batch = between(10, 40);
        int batchLength = 2 + random.nextInt(7);
        double growth = kind == TrafficKind.GROWING ? between(1.05, 1.2) : 1;
        TrafficKind shape = kind.abusive()
                        || kind == TrafficKind.OUTAGE
                        || kind == TrafficKind.LAUNCH
                        || kind == TrafficKind.PLANNED_LAUNCH
                ? pick(TrafficKind.STEADY, TrafficKind.DAILY_SEASON, TrafficKind.OFFICE_HOURS)
                : kind;
        for (int q = 0; q < requests.length; q++) {
            int ofWeek = (q + phase) % (7 * DAY);
            int ofDay = ofWeek % DAY;
            double factor = switch (shape) {
                case DAILY_SEASON -> 1 + swing * Math.sin(2 * Math.PI * ofDay / DAY);
                case OFFICE_HOURS -> ofWeek / DAY < 5 && ofDay >= 36 && ofDay < 72 ? 1 : 0.02;
                case NIGHTLY_BATCH -> ofDay < batchLength ? batch : 1;
                case WEEKLY_BATCH -> ofWeek < batchLength ? batch / 2 : 1;
                case NEARLY_IDLE -> random.nextInt(40) == 0 ? 0.02 : 0;
                default -> 1;
            };
            requests[q] = level * factor * Math.pow(growth, (double) q / DAY) * logNormal(1, noise);
        }
    }

    private void special() {
        int length = requests.length - warmUp;
        int start = warmUp + random.nextInt(Math.max(1, length * 3 / 4));
        double busiest = busiestHour();
        switch (kind) {
            case OUTAGE -> {
                double storm = random.nextInt(20) == 0 ? between(1.5, 3.5) : between(0.5, 1.4);
                over(start, hours(1, 6), (q, i) -> {
                    requests[q] *= storm;
                    errors[q] = requests[q] * between(0.6, 1);
                });
            }
            case LAUNCH -> launch(start, logNormal(3.5, 0.4));
            case PLANNED_LAUNCH -> launch(start, between(8, 40));
            case NEW_CUSTOMER -> silentUntil(start, logNormal(500, 1.5));
            case SCRAPER, PAUSING_SCRAPER -> {
                double each = attackEach(busiest, between(12, 100));
                over(start, hours(4, 36), (q, i) -> {
                    if (kind == TrafficKind.SCRAPER || i / 8 % 2 == 0) {
                        requests[q] += each * logNormal(1, 0.1);
                    }
                });
            }
            case SLOW_SCRAPER -> {
                double each = attackEach(busiest, between(30, 100));
                double doubling = hours(2, 4);
                over(
                        start,
                        hours(24, 36),
                        (q, i) -> requests[q] +=
                                Math.min(each, each / 64 * Math.pow(2, i / doubling)) * logNormal(1, 0.1));
            }
            case CREDENTIAL_STUFFING -> {
                double each = Math.max(busiest * logUniform(2.5, 30), logUniform(400, 4_000)) / 4;
                double refused = between(0.85, 0.99);
                over(start, hours(3, 24), (q, i) -> {
                    double attack = each * logNormal(1, 0.2);
                    requests[q] += attack;
                    errors[q] += attack * refused;
                });
            }
            case NEW_FLOOD -> {
                silentUntil(start, 0);
                double each = logUniform(9_500, 60_000) * 15;
                over(start, hours(6, 48), (q, i) -> requests[q] = each * logNormal(1, 0.05));
            }
            default -> {}
        }
    }

    /** Up within one to three hours, level for six to forty-eight, then down over a day. */
    private void launch(int start, double height) {
        int up = hours(1, 3);
        int level = hours(6, 48);
        over(start, up + level + DAY, (q, i) -> {
            double share = i < up ? (double) i / up : i < up + level ? 1 : 1 - (double) (i - up - level) / DAY;
            requests[q] *= 1 + (height - 1) * share;
            errors[q] *= 1 + (height - 1) * share;
        });
    }

    /** Nothing at all, then a level of its own. */
    private void silentUntil(int start, double perQuarter) {
        Arrays.fill(requests, 0, start, 0);
        Arrays.fill(errors, 0, start, 0);
        for (int q = start; q < requests.length; q++) {
            requests[q] = perQuarter * logNormal(1, 0.3);
            errors[q] = requests[q] * errorShare;
        }
    }

    private void over(int start, int length, Change change) {
        eventStart = start;
        eventEnd = Math.min(requests.length, start + length);
        for (int q = start; q < eventEnd; q++) {
            change.at(q, q - start);
        }
    }

    private interface Change {
        void at(int quarter, int sinceStart);
    }

    private double busiestHour() {
        double busiest = 0;
        for (int q = 0; q + 4 <= warmUp; q += 4) {
            busiest = Math.max(busiest, requests[q] + requests[q + 1] + requests[q + 2] + requests[q + 3]);
        }
        return busiest;
    }

    /** So many times the busiest hour, and at least 1,100 to 20,000 a minute. */
    private double attackEach(double busiest, double times) {
        return Math.max(busiest * times / 4, logUniform(1_100, 20_000) * 15);
    }

    private int hours(int from, int to) {
        return 4 * from + random.nextInt(4 * (to - from) + 1);
    }

    private double between(double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    private double logUniform(double from, double to) {
        return from * Math.pow(to / from, random.nextDouble());
    }

    private double logNormal(double median, double sigma) {
        return median * Math.exp(sigma * random.nextGaussian());
    }

    private TrafficKind pick(TrafficKind... kinds) {
        return kinds[random.nextInt(kinds.length)];
    }
}
