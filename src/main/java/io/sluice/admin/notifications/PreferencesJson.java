package io.sluice.admin.notifications;

import io.sluice.notifications.Preferences;
import java.util.List;

/** What holds for each kind of notice. */
public record PreferencesJson(List<PreferenceJson> items) {
    /**
     * What holds for one kind.
     *
     * @param required whether it is sent whatever is preferred
     */
    public record PreferenceJson(String kind, boolean email, boolean chat, boolean required) {}

    static PreferencesJson of(List<Preferences.Preference> preferences) {
        return new PreferencesJson(preferences.stream()
                .map(each -> new PreferenceJson(each.kind(), each.email(), each.chat(), each.required()))
                .toList());
    }
}
