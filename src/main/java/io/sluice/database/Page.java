package io.sluice.database;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list that stays stable while rows are inserted.
 *
 * @param items at most as many as were asked for
 * @param nextCursor where the next page begins; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {
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
