package io.sluice.notifications.unsubscribing;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where people reach Sluice. */
@Singleton
public class LinkSettings implements Settings {
    private final @Nullable String publicUrl;

    @Inject
    public LinkSettings(Configuration configuration) {
        publicUrl = configuration
                .text("sluice.public.url")
                .map(url -> url.replaceFirst("/+$", ""))
                .orElse(null);
        if (publicUrl != null && !publicUrl.matches("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*")) {
            throw new InvalidSettingException("SLUICE_PUBLIC_URL is '" + publicUrl
                    + "' but must be the URL under which Sluice is reached, such as https://sluice.example.org.");
        }
    }

    /** Without a slash at its end; empty: mails hold no links. */
    public Optional<String> publicUrl() {
        return Optional.ofNullable(publicUrl);
    }
}
