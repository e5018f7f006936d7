package io.sluice.notifications.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.notifications.Channel.UndeliverableException;
import io.sluice.startup.Configuration;
import io.sluice.startup.FixedConfig;
import io.sluice.testkit.Certificates;
import io.sluice.testkit.FaultyMailServer;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mails over TLS: nothing of them is said in clear, and nothing under a certificate that isn't trusted or doesn't fit. */
@Timeout(120)
class MailServerTest {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"starttls", "implicit"})
    void logsInAndSendsOverTlsUnderATrustedCertificateOnly(String mode) throws Exception {
        KeyStore keys = Certificates.forName("localhost", folder);
        try (TlsMailServer server = new TlsMailServer(Certificates.showing(keys), mode.equals("implicit"))) {
            MailServer mail = mail(server.port(), mode);
            refuses(mail);
            assertThat(server.encrypted()).doesNotContain("DATA");

            mail.tls = Certificates.trusting(keys).getSocketFactory();
            mail.send(MailServerTest::letter);

            assertThat(server.encrypted())
                    .anyMatch(line -> line.startsWith("AUTH PLAIN"))
                    .contains("DATA", "Subject: confidential");
            assertThat(server.inClear()).noneMatch(line -> line.matches("(?i)(AUTH|MAIL|RCPT|DATA|Subject).*"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"starttls", "implicit"})
    void refusesATrustedCertificateOfAnotherHost(String mode) throws Exception {
        KeyStore keys = Certificates.forName("other.example", folder);
        try (TlsMailServer server = new TlsMailServer(Certificates.showing(keys), mode.equals("implicit"))) {
            MailServer mail = mail(server.port(), mode);
            mail.tls = Certificates.trusting(keys).getSocketFactory();
            refuses(mail);
            assertThat(server.encrypted()).doesNotContain("DATA");
        }
    }

    @Test
    void sendsNothingInClearWhereTheServerOffersNoTls() throws Exception {
        try (FaultyMailServer server = new FaultyMailServer()) {
            refuses(mail(server.port(), "starttls"));
            assertThat(server.mails()).isEmpty();
        }
    }

    /** Many times, because the goodbye of some gets out before the connection breaks. */
    @Test
    void aMailThatWasTakenIsSentWhateverBecomesOfTheGoodbye() throws Exception {
        try (FaultyMailServer server = new FaultyMailServer()) {
            server.behave(FaultyMailServer.Fault.NO_GOODBYE);
            MailServer mail = mail(server.port(), "none");
            for (int i = 1; i <= 100; i++) {
                mail.send(MailServerTest::letter);
                assertThat(server.mails()).hasSize(i);
            }
        }
    }

    private static void refuses(MailServer mail) {
        assertThatThrownBy(() -> mail.send(MailServerTest::letter))
                .isInstanceOfSatisfying(
                        UndeliverableException.class,
                        refused -> assertThat(refused.permanent()).isFalse());
    }

    private MailServer mail(int port, String mode) {
        FixedConfig.use(Map.of(
                "sluice.mail.host", "localhost",
                "sluice.mail.port", String.valueOf(port),
                "sluice.mail.from", "sluice@example.org",
                "sluice.mail.user", "me",
                "sluice.mail.password", "secret",
                "sluice.mail.tls", mode,
                "sluice.mail.timeout", "PT30S"));
        MailServer mail = new MailServer();
        mail.settings = new MailSettings(new Configuration());
        // The platform's own kind of executor, of which this needs no more than the ordinary one does.
        mail.timer = (ManagedScheduledExecutorService) Proxy.newProxyInstance(
                MailServerTest.class.getClassLoader(),
                new Class<?>[] {ManagedScheduledExecutorService.class},
                (proxy, method, arguments) -> method.invoke(timer, arguments));
        return mail;
    }

    private static MimeMessage letter(Session session) throws MessagingException {
        MimeMessage letter = new MimeMessage(session);
        letter.setFrom(new InternetAddress("sluice@example.org"));
        letter.setRecipient(RecipientType.TO, new InternetAddress("a@example.org"));
        letter.setSubject("confidential");
        letter.setText("text");
        return letter;
    }
}
