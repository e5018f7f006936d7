package io.sluice.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.startup.Configuration;
import io.sluice.startup.FixedConfig;
import io.sluice.startup.InvalidSettingException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {
    private static final String OLD = base64("the-old-master-key-of-32-bytes!!");
    // openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt key:… -kdfopt salt:io.sluice.secrets -kdfopt info:… HKDF
    private static final String HKDF_OF_API_KEY = "a944d873144bcbb49e4601c9b0f168f77626ff488b12558140682d95e965520d";
    private static final String NEW = base64("the-new-master-key-of-32-bytes!!");

    @Test
    void keysAreThoseOfHkdfWithSha256() {
        DerivedKeys keys = new DerivedKeys("the-old-master-key-of-32-bytes!!".getBytes(UTF_8));

        assertThat(HexFormat.of().formatHex(keys.of("api-key"))).isEqualTo(HKDF_OF_API_KEY);
    }

    @Property(tries = 200)
    void whatWasSealedIsOpenedForTheSameThingOnly(@ForAll byte[] clear) {
        MasterKey key = masterKey(NEW, null);
        Sealed sealed = key.seal("webhook-secret", "row-1", clear);

        assertThat(key.open("webhook-secret", "row-1", sealed)).isEqualTo(clear);
        assertThatThrownBy(() -> key.open("webhook-secret", "row-2", sealed)).isInstanceOf(BrokenSealException.class);
        assertThatThrownBy(() -> key.open("chat-address", "row-1", sealed)).isInstanceOf(BrokenSealException.class);
    }

    @Test
    void noChangedByteOfASealGoesUnnoticed() {
        MasterKey key = masterKey(NEW, null);
        Sealed sealed = key.seal("webhook-secret", "row-1", "secret".getBytes(UTF_8));

        for (int i = 0; i < sealed.bytes().length; i++) {
            byte[] changed = sealed.bytes().clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> key.open("webhook-secret", "row-1", new Sealed(sealed.keyId(), changed)))
                    .isInstanceOf(BrokenSealException.class);
        }
        assertThatThrownBy(() -> key.open("webhook-secret", "row-1", new Sealed(sealed.keyId(), new byte[3])))
                .isInstanceOf(BrokenSealException.class);
    }

    @Test
    void theSameTextIsNeverSealedTheSameWayTwice() {
        MasterKey key = masterKey(NEW, null);
        byte[] clear = "secret".getBytes(UTF_8);

        assertThat(key.seal("p", "row", clear).bytes())
                .isNotEqualTo(key.seal("p", "row", clear).bytes());
    }

    @Test
    void aReplacedMasterKeyStillOpensAndRecognisesWhatItMade() {
        byte[] secret = "secret".getBytes(UTF_8);
        MasterKey before = masterKey(OLD, null);
        Sealed sealed = before.seal("p", "row", secret);
        KeyedHash hash = before.hash("p", secret);

        MasterKey during = masterKey(NEW, OLD);
        assertThat(during.open("p", "row", sealed)).isEqualTo(secret);
        assertThat(during.hashes("p", secret)).hasSize(2).anyMatch(hash::matches);
        assertThat(during.hash("p", secret).keyId())
                .isEqualTo(during.currentKeyId())
                .isNotEqualTo(hash.keyId());

        MasterKey after = masterKey(NEW, null);
        assertThatThrownBy(() -> after.open("p", "row", sealed)).isInstanceOf(UnknownMasterKeyException.class);
        assertThat(after.hashes("p", secret)).hasSize(1).noneMatch(hash::matches);
    }

    @Test
    void aHashSaysNothingAboutTheSameSecretUnderAnotherPurpose() {
        MasterKey key = masterKey(NEW, null);
        byte[] secret = "secret".getBytes(UTF_8);

        assertThat(key.hash("api-key", secret).hash())
                .isNotEqualTo(key.hash("leak", secret).hash());
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "not base64 !", "AAAA", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"})
    void aMasterKeyThatIsNot32BytesInBase64IsRefusedWithoutShowingIt(String value) {
        assertThatThrownBy(() -> masterKey(value, null))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("SLUICE_MASTER_KEY must be 32 bytes in base64; openssl rand -base64 32 makes one.");
    }

    private static MasterKey masterKey(String current, String previous) {
        Map<String, String> values = new HashMap<>(Map.of("sluice.master.key", current));
        if (previous != null) {
            values.put("sluice.master.key.previous", previous);
        }
        FixedConfig.use(values);
        MasterKey key = new MasterKey();
        key.settings = new SecretsSettings(new Configuration());
        return key;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
