package io.sluice.notifications.email;

import io.sluice.logging.EventLog;
import io.sluice.notifications.Channel;
import io.sluice.notifications.Channel.UndeliverableException;
import io.sluice.notifications.Letter;
import io.sluice.notifications.Unsubscribing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Letters as mails over SMTP. */
@ApplicationScoped
public class MailChannel implements Channel {
    private static final int KEY_BYTES = 6;

    @Inject
    MailSettings settings;

    @Inject
    MailServer server;

    @Inject
    Unsubscribing unsubscribing;

    @Override
    public String name() {
        return "email";
    }

    @Override
    public Optional<String> unavailable() {
        return settings.host().isPresent() ? Optional.empty() : Optional.of("No mail server is configured.");
    }

    /** Keys made of the addresses, so that no table holds an address. */
    @Override
    public List<String> operators() {
        return settings.operators().stream().map(MailChannel::key).toList();
    }

    @Override
    public void deliver(Letter letter) throws UndeliverableException {
        InternetAddress to = address(letter);
        String link = unsubscribing.link(letter).orElse(null);
        server.send(session -> new Mail(letter, to, settings.from(), link).in(session));
    }

    private InternetAddress address(Letter letter) throws UndeliverableException {
        String address = letter.recipient().equals("operator")
                ? settings.operators().stream()
                        .filter(operator -> key(operator).equals(letter.target()))
                        .findFirst()
                        .orElse(null)
                : letter.address();
        if (address == null) {
            throw new UndeliverableException("Nobody is written to at this address any more.", true);
        }
        try {
            return new InternetAddress(address, true);
        } catch (AddressException notOne) {
            throw new UndeliverableException("The address is not a valid e-mail address.", true);
        }
    }

    private static String key(String address) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(address.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, KEY_BYTES);
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }

    /** Says once a start whether mail is sent. */
    void say(EventLog log) {
        if (settings.host().isPresent()) {
            log.info(
                    "mail is sent",
                    "host",
                    settings.host().get(),
                    "port",
                    settings.port(),
                    "tls",
                    settings.tls(),
                    "operators",
                    settings.operators().size());
        } else {
            log.warning("no mail server is configured, notices are kept and can be read at /v1/notifications");
        }
    }
}
