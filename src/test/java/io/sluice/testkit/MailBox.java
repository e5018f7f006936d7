package io.sluice.testkit;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A mail server of the run, which takes every mail, and what it has taken. Tests use addresses of their own. */
public final class MailBox {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static GreenMail server;

    private MailBox() {}

    /** The port that the shared node sends to. */
    public static synchronized int port() {
        if (server == null) {
            server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
            server.start();
        }
        return server.getSmtp().getPort();
    }

    /** The mails to an address, in the order in which they came. */
    public static List<MimeMessage> to(String address) {
        List<MimeMessage> found = new ArrayList<>();
        try {
            for (MimeMessage mail : server.getReceivedMessages()) {
                if (mail.getAllRecipients()[0].toString().equalsIgnoreCase(address)) {
                    found.add(mail);
                }
            }
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    /** Waits until an address has got so many mails. */
    public static List<MimeMessage> await(String address, int mails) {
        org.awaitility.Awaitility.await("mails to " + address)
                .atMost(LONGEST_WAIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> to(address).size() >= mails);
        return to(address);
    }

    /** Waits for a mail whose subject contains the text. */
    public static MimeMessage awaitSubject(String address, String text) {
        return awaitMail(address, text, mail -> subject(mail).contains(text));
    }

    /** Waits for a mail that says the text, alone or in a digest. */
    public static MimeMessage awaitText(String address, String text) {
        return awaitMail(address, text, mail -> flowing(mail).contains(text));
    }

    private static MimeMessage awaitMail(String address, String text, Predicate<MimeMessage> wanted) {
        return org.awaitility.Awaitility.await("a mail about " + text)
                .atMost(LONGEST_WAIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> to(address).stream().filter(wanted).findFirst().orElse(null), java.util.Objects::nonNull);
    }

    /**
     * Waits until no notice to operators waits for its letter. A handful of them, left by the tests before, would take
     * what the next one tells into their digest.
     */
    public static void awaitLettersToOperators() {
        org.awaitility.Awaitility.await("letters of the notices to operators")
                .atMost(LONGEST_WAIT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> SharedServer.database()
                                .count("select count(*) from notices where recipient = 'operator'"
                                        + " and state = 'pending' and letter_id is null")
                        == 0);
    }

    public static String subject(MimeMessage mail) {
        return header(mail, MimeMessage::getSubject);
    }

    /** The plain text. */
    public static String text(MimeMessage mail) {
        return part(mail, 0);
    }

    /** The plain text in one line, for what may be wrapped. */
    public static String flowing(MimeMessage mail) {
        return text(mail).replaceAll("\\s+", " ");
    }

    public static String html(MimeMessage mail) {
        return part(mail, 1);
    }

    /** One header as it was sent; empty if there is none. */
    public static String header(MimeMessage mail, String name) {
        String value = header(mail, each -> each.getHeader(name, ", "));
        return value == null ? "" : value;
    }

    private static String part(MimeMessage mail, int index) {
        try {
            BodyPart part = ((Multipart) mail.getContent()).getBodyPart(index);
            return String.valueOf(part.getContent()).replace("\r\n", "\n");
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Reading {
        String of(MimeMessage mail) throws MessagingException;
    }

    private static String header(MimeMessage mail, Reading reading) {
        try {
            return reading.of(mail);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }
}
