package io.sluice.notifications.email;

import io.sluice.notifications.Letter;
import io.sluice.notifications.LetterText;
import io.sluice.notifications.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * A letter as a mail: plain text and HTML, the same for every try down to the Message-ID and the date. Everything that
 * becomes a header is one line before it gets here, and encoded here.
 */
record Mail(
        Letter letter,
        InternetAddress to,
        String from,
        @Nullable String unsubscribe) {
    private static final String UTF_8 = "UTF-8";

    MimeMessage in(Session session) throws MessagingException {
        Message message = LetterText.of(letter);
        String footer = LetterText.footer(letter);
        MimeBodyPart plain = new MimeBodyPart();
        plain.setText(LetterText.plain(message, footer) + stop(), UTF_8);
        MimeBodyPart html = new MimeBodyPart();
        html.setText(HtmlBody.of(message, footer, unsubscribe), UTF_8, "html");

        MimeMessage mail = new Identified(session, "<" + letter.id() + "@" + domain() + ">");
        mail.setFrom(new InternetAddress(from, true));
        mail.setRecipient(jakarta.mail.Message.RecipientType.TO, to);
        mail.setSubject(message.subject(), UTF_8);
        mail.setSentDate(Date.from(letter.createdAt()));
        mail.setContent(new MimeMultipart("alternative", plain, html));
        mail.setHeader("Auto-Submitted", "auto-generated");
        mail.setHeader("X-Auto-Response-Suppress", "All");
        if (letter.isRefusable()) {
            setUnsubscribe(mail);
        }
        mail.saveChanges();
        return mail;
    }

    /** By the link, at one click where it is encrypted (RFC 8058); by a mail to a person in any case. */
    private void setUnsubscribe(MimeMessage mail) throws MessagingException {
        String byMail = "<mailto:" + address() + "?subject=unsubscribe%20" + letter.id() + ">";
        mail.setHeader("List-Unsubscribe", unsubscribe == null ? byMail : "<" + unsubscribe + ">,\r\n " + byMail);
        if (unsubscribe != null && unsubscribe.startsWith("https://")) {
            mail.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
    }

    private String stop() {
        return unsubscribe == null ? "" : "Stop mails like this one:\n" + unsubscribe + "\n";
    }

    private String address() throws MessagingException {
        return new InternetAddress(from, true).getAddress();
    }

    private String domain() throws MessagingException {
        return address().substring(address().lastIndexOf('@') + 1);
    }

    /** Keeps its Message-ID, which saving would otherwise make anew. */
    private static final class Identified extends MimeMessage {
        private final String id;

        Identified(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
