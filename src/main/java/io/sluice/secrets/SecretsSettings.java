package io.sluice.secrets;

import io.sluice.startup.Configuration;
import io.sluice.startup.InvalidSettingException;
import io.sluice.startup.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The master key, which all nodes of an installation share and the database never holds. */
@Singleton
public class SecretsSettings implements Settings {
    private static final int BYTES = 32;
    private static final String HOW_TO = "32 bytes in base64; openssl rand -base64 32 makes one.";

    private final DerivedKeys current;
    private final Optional<DerivedKeys> previous;

    @Inject
    public SecretsSettings(Configuration configuration) {
        current = read(configuration, "sluice.master.key")
                .orElseThrow(() -> new InvalidSettingException("SLUICE_MASTER_KEY is not set; it must be " + HOW_TO));
        previous = read(configuration, "sluice.master.key.previous");
    }

    private static Optional<DerivedKeys> read(Configuration configuration, String key) {
        return configuration.text(key).map(text -> {
            byte[] bytes = decode(text);
            if (bytes == null || bytes.length != BYTES) {
                throw new InvalidSettingException(Configuration.environmentName(key) + " must be " + HOW_TO);
            }
            return new DerivedKeys(bytes);
        });
    }

    private static byte @Nullable [] decode(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** What new hashes and seals are made with. */
    DerivedKeys current() {
        return current;
    }

    /** What older ones may still be under while the master key is being replaced. */
    Optional<DerivedKeys> previous() {
        return previous;
    }
}
