package io.sluice.admin.notifications;

import io.sluice.notifications.Preferences;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body that says what is wanted; kinds and channels that are left out are sent. */
public record PreferencesChangeJson(
        @NotNull(message = "is required: a list of kinds.") @Size(max = 100, message = "must hold at most 100 kinds.")
        List<@NotNull(message = "must not be null.") @Valid WishJson> items) {
    /** What is wanted for one kind. */
    public record WishJson(
            @NotNull(message = "is required: a kind that owners are told of.")
            String kind,

            @Nullable Boolean email,
            @Nullable Boolean chat) {}

    List<Preferences.Wish> wishes() {
        return items.stream()
                .map(each -> new Preferences.Wish(each.kind(), each.email(), each.chat()))
                .toList();
    }
}
