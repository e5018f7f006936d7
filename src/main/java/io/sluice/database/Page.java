package io.sluice.database;

import jakarta.persistence.TypedQuery;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hibernate.jpa.HibernateHints;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that stays stable while rows are inserted.
 *
 * @param items at most as many as were asked for
 * @param nextCursor where the next page begins; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {
    /** About as many characters as a page of large rows holds. */
    private static final long MOST_CHARACTERS = 8 * 1_048_576L;

    /** Rows that the driver holds at once beside those of the page. */
    private static final int FETCHED = 10;

    /**
     * Reads a page of rows of any size. It ends early where they are large, but never before its first row, and those behind
     * it stay unread.
     *
     * @param texts what may be long in a row; null: it isn't there
     * @param position the cursor position of a row, see {@link Cursor#of}
     */
    public static <T> Page<T> read(
            TypedQuery<T> query, int limit, Function<T, Stream<@Nullable String>> texts, Function<T, String> position) {
        List<T> items = new ArrayList<>();
        long characters = 0;
        try (Stream<T> rows = query.setMaxResults(limit + 1)
                .setHint(HibernateHints.HINT_FETCH_SIZE, FETCHED)
                .getResultStream()) {
            for (Iterator<T> next = rows.iterator(); next.hasNext(); ) {
                if (items.size() == limit || characters >= MOST_CHARACTERS) {
                    return new Page<>(List.copyOf(items), position.apply(items.get(items.size() - 1)));
                }
                T row = next.next();
                items.add(row);
                characters += texts.apply(row)
                        .mapToLong(text -> text == null ? 0 : text.length())
                        .sum();
            }
        }
        return new Page<>(List.copyOf(items), null);
    }

    /**
     * Cuts a page out of rows that were read with one row more than {@code limit}.
     *
     * @param position the cursor position of a row, see {@link Cursor#of}
     */
    public static <T> Page<T> cut(List<T> rows, int limit, Function<T, String> position) {
        if (rows.size() <= limit) {
            return new Page<>(List.copyOf(rows), null);
        }
        List<T> items = List.copyOf(rows.subList(0, limit));
        return new Page<>(items, position.apply(items.get(limit - 1)));
    }

    /** The same page of other things. */
    public <R> Page<R> map(Function<? super T, ? extends R> mapper) {
        return new Page<>(items.stream().<R>map(mapper).toList(), nextCursor);
    }
}
