package io.sluice.admin.usage;

import io.sluice.usage.TrackResult;
import java.util.List;

/** What became of tracked events. */
public record TrackResultJson(int accepted, int duplicates, List<RejectionJson> rejected) {
    /** One event that was not counted, by its place in the batch. */
    public record RejectionJson(int index, String code, String message) {}

    static TrackResultJson of(TrackResult result) {
        return new TrackResultJson(
                result.accepted(),
                result.duplicates(),
                result.rejected().stream()
                        .map(each -> new RejectionJson(
                                each.index(),
                                each.code(),
                                each.field() == null ? each.message() : each.field() + ": " + each.message()))
                        .toList());
    }
}
