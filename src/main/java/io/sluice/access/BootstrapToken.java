package io.sluice.access;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Gives an empty installation its first operator token and prints it once: the only secret that Sluice ever prints.
 * Nodes that start together on an empty database print one between them. Does nothing while {@code
 * SLUICE_BOOTSTRAP_TOKEN} is set, which is also the way back in when the printed token was lost.
 */
@Singleton
@Startup
@DependsOn("Migrator")
@TransactionManagement(TransactionManagementType.BEAN)
public class BootstrapToken {
    @Inject
    AccessSettings settings;

    @Inject
    Tokens tokens;

    @PostConstruct
    void makeFirst() {
        if (settings.bootstrapToken().isEmpty()) {
            tokens.issueFirst().ifPresent(BootstrapToken::print);
        }
    }

    /** Past System.out, which the server turns into log records: a log is kept and shipped, a console is not. */
    private static void print(String token) {
        String text = "\nSluice made its first operator token. It is shown only this once:\n\n    " + token + "\n\n";
        try {
            OutputStream output = new FileOutputStream(FileDescriptor.out);
            output.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
