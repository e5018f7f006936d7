package io.sluice.notifications;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what an event carried and writes it for people. */
final class Facts {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm", Locale.ENGLISH);

    private final Map<String, Object> data;
    private final ZoneId zone;

    Facts(Map<String, Object> data, ZoneId zone) {
        this.data = data;
        this.zone = zone;
    }

    /** A member as text; empty if there is none. */
    String text(String member) {
        Object value = data.get(member);
        return value == null ? "" : String.valueOf(value);
    }

    boolean has(String member) {
        return data.get(member) != null;
    }

    /** A whole number with separators, such as {@code 1,000,000}. */
    String number(String member) {
        return has(member) ? written(data.get(member)) : "none";
    }

    long value(String member) {
        return data.get(member) instanceof Number number ? number.longValue() : 0;
    }

    /** A time in the project's zone, which is named. */
    String time(String member) {
        return has(member) ? written(text(member)) : "";
    }

    /** The share of one member in another, in percent, rounded down to two decimals. */
    String percent(String part, String whole) {
        BigDecimal all = BigDecimal.valueOf(value(whole));
        if (all.signum() == 0) {
            return "–";
        }
        BigDecimal share = BigDecimal.valueOf(value(part))
                .multiply(BigDecimal.valueOf(100))
                .divide(all, 2, RoundingMode.DOWN);
        return share.stripTrailingZeros().toPlainString() + " %";
    }

    /** The objects in a list. */
    @SuppressWarnings("unchecked") // JSON objects have text as their keys
    List<Facts> each(String member) {
        List<Facts> found = new ArrayList<>();
        if (data.get(member) instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> object) {
                    found.add(new Facts((Map<String, Object>) object, zone));
                }
            }
        }
        return found;
    }

    /** Every member that is no list or object, under its own name. */
    List<Message.Fact> plain() {
        List<Message.Fact> facts = new ArrayList<>();
        data.forEach((member, value) -> {
            if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                facts.add(new Message.Fact(label(member), written(value)));
            }
        });
        return facts;
    }

    private static String label(String member) {
        String words = member.replace('_', ' ');
        return words.isEmpty() ? words : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private String written(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return String.format(Locale.ROOT, "%,d", ((Number) value).longValue());
        }
        String text = String.valueOf(value);
        if (text.length() >= 20 && text.charAt(10) == 'T') {
            try {
                return TIME.format(Instant.parse(text).atZone(zone)) + " (" + zone.getId() + ")";
            } catch (DateTimeParseException notATime) {
                return text;
            }
        }
        return text;
    }
}
