package io.sluice.notifications.email;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which mail server takes our mails, and who the operators are. */
@Singleton
public class MailSettings implements Settings {
    private final @Nullable String host;
    private final int port;
    private final @Nullable String from;
    private final @Nullable String user;
    private final @Nullable String password;
    private final String tls;
    private final Duration timeout;
    private final List<String> operators;

    @Inject
    public MailSettings(Configuration configuration) {
        host = configuration.text("sluice.mail.host").orElse(null);
        port = configuration.integer("sluice.mail.port", 1, 65_535);
        from = configuration.text("sluice.mail.from").orElse(null);
        user = configuration.text("sluice.mail.user").orElse(null);
        password = configuration.text("sluice.mail.password").orElse(null);
        tls = configuration.requiredText("sluice.mail.tls");
        timeout = configuration.duration("sluice.mail.timeout", Duration.ofSeconds(1), Duration.ofMinutes(4));
        operators = configuration
                .text("sluice.mail.operators")
                .map(list -> Arrays.stream(list.split("\\s*,\\s*")).distinct().toList())
                .orElse(List.of());
        if (host != null && from == null) {
            throw new InvalidSettingException(
                    "SLUICE_MAIL_FROM is not set, but SLUICE_MAIL_HOST is: set the address that mails come from.");
        }
        if (user != null && password == null) {
            throw new InvalidSettingException("SLUICE_MAIL_PASSWORD is not set, but SLUICE_MAIL_USER is.");
        }
        if (!List.of("starttls", "implicit", "none").contains(tls)) {
            throw new InvalidSettingException(
                    "SLUICE_MAIL_TLS is '" + tls + "' but must be starttls, implicit or none.");
        }
        if (from != null) {
            requireAddress("SLUICE_MAIL_FROM", from);
        }
        operators.forEach(address -> requireAddress("SLUICE_MAIL_OPERATORS", address));
    }

    /** The mail server; empty: notices are kept and not sent. */
    public Optional<String> host() {
        return Optional.ofNullable(host);
    }

    /** Default 587. */
    public int port() {
        return port;
    }

    /** What mails come from; set if the host is. */
    public String from() {
        return from == null ? "" : from;
    }

    /** Empty: nobody logs in. */
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /** Empty without a user. */
    public String password() {
        return password == null ? "" : password;
    }

    /** {@code starttls} (required, the default), {@code implicit} (TLS from the first byte) or {@code none}. */
    public String tls() {
        return tls;
    }

    /** Longest time for one mail, from connecting to the server's word that it has it. Default 30 s. */
    public Duration timeout() {
        return timeout;
    }

    /** Addresses of the operators. */
    public List<String> operators() {
        return operators;
    }

    private static void requireAddress(String name, String address) {
        try {
            new InternetAddress(address, true);
        } catch (AddressException notOne) {
            throw new InvalidSettingException(name + " holds something that is not an e-mail address.");
        }
    }
}
