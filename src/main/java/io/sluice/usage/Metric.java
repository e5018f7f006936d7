package io.sluice.usage;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.annotations.Immutable;

/** Something that is measured, and how its values make up the usage of a period. Changes go through {@link Metrics}. */
@Entity
@Immutable
@Table(name = "metrics")
public class Metric {
    @Id
    private String name;

    private String unit;
    private String aggregation;
    private String description;

    /** How the events of a period become its usage. */
    public enum Aggregation {
        /** Quantities add up. */
        SUM,
        /** The highest quantity counts; every period begins at none. */
        MAX,
        /** The quantity with the latest time counts, and goes on counting in the next period. */
        LAST;

        /** The aggregation as the database and the API write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The aggregation of a word; empty if there is none. */
        public static Optional<Aggregation> of(String word) {
            return Arrays.stream(values())
                    .filter(each -> each.word().equals(word))
                    .findFirst();
        }
    }

    @SuppressWarnings("NullAway.Init") // filled by the persistence provider
    protected Metric() {}

    public String name() {
        return name;
    }

    /** What one is called, such as {@code queries}; for people. */
    public String unit() {
        return unit;
    }

    public Aggregation aggregation() {
        return Aggregation.of(aggregation).orElseThrow();
    }

    public String description() {
        return description;
    }
}
