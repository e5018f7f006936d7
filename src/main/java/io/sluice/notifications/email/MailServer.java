package io.sluice.notifications.email;

import io.sluice.notifications.Channel.UndeliverableException;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Hands mails to the mail server, one connection each, within a bounded time. */
@ApplicationScoped
class MailServer {
    private static final Pattern REPLY = Pattern.compile("(?:^|\\s|\\[)([45])\\d\\d[ -]");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>\"'=:,;]+@[^\\s<>\"',;]+");
    private static final int LONGEST_ERROR = 500;

    @Inject
    MailSettings settings;

    @Resource
    ManagedScheduledExecutorService timer;

    /** Trusts what this Java trusts. */
    SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();

    /** How a message is made for this server. */
    interface Composer {
        MimeMessage compose(Session session) throws MessagingException;
    }

    /**
     * Sends one mail.
     *
     * @throws UndeliverableException with what the server answered, addresses masked; permanent only if the server
     *     refused this very mail for good
     */
    void send(Composer composer) throws UndeliverableException {
        Deadline deadline = new Deadline(settings.tls().equals("implicit") ? tls : null);
        Session session = Session.getInstance(properties(deadline));
        Future<?> alarm = timer.schedule(deadline::end, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        boolean taken = false;
        try (Transport transport = session.getTransport("smtp")) {
            MimeMessage mail = composer.compose(session);
            transport.connect(
                    settings.host().orElseThrow(),
                    settings.port(),
                    settings.user().orElse(null),
                    settings.user().isPresent() ? settings.password() : null);
            transport.sendMessage(mail, mail.getAllRecipients());
            taken = true;
        } catch (MessagingException refused) {
            // A goodbye that fails takes nothing back: who tried again would send the mail twice.
            if (!taken) {
                throw undeliverable(refused, deadline);
            }
        } finally {
            alarm.cancel(false);
        }
    }

    private Properties properties(Deadline deadline) {
        String limit = String.valueOf(settings.timeout().toMillis());
        Properties properties = new Properties();
        properties.setProperty("mail.transport.protocol", "smtp");
        properties.setProperty("mail.smtp.connectiontimeout", limit);
        properties.setProperty("mail.smtp.timeout", limit);
        properties.put("mail.smtp.socketFactory", deadline);
        properties.setProperty("mail.smtp.socketFactory.fallback", "false");
        properties.setProperty("mail.smtp.auth", String.valueOf(settings.user().isPresent()));
        properties.setProperty("mail.smtp.quitwait", "false");
        properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
        if (settings.tls().equals("starttls")) {
            properties.setProperty("mail.smtp.starttls.enable", "true");
            properties.setProperty("mail.smtp.starttls.required", "true");
            properties.put("mail.smtp.ssl.socketFactory", tls);
        }
        return properties;
    }

    private UndeliverableException undeliverable(MessagingException refused, Deadline deadline) {
        if (deadline.isOver()) {
            return new UndeliverableException(
                    "The mail server did not take the mail within " + settings.timeout() + ".", false);
        }
        StringBuilder said = new StringBuilder();
        boolean permanent = false;
        for (Throwable cause = refused; cause != null; cause = next(cause)) {
            String message = String.valueOf(cause.getMessage()).strip();
            if (said.indexOf(message) < 0) {
                said.append(said.isEmpty() ? "" : ": ").append(message);
            }
            Matcher reply = REPLY.matcher(message);
            permanent = reply.find() ? reply.group(1).equals("5") : permanent;
        }
        String masked = ADDRESS.matcher(said).replaceAll("(address)").replaceAll("\\p{Cntrl}+", " ");
        return new UndeliverableException(
                masked.length() > LONGEST_ERROR ? masked.substring(0, LONGEST_ERROR) : masked,
                permanent && !(refused instanceof AuthenticationFailedException));
    }

    private static @Nullable Throwable next(Throwable cause) {
        return cause instanceof MessagingException chained && chained.getNextException() != null
                ? chained.getNextException()
                : cause.getCause();
    }
}
