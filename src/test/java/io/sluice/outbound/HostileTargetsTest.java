package io.sluice.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.InvalidInputException;
import io.sluice.outbound.OutboundAnswer.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No URL that a user can write, and nothing that a name server can answer, leads to an internal listener. */
class HostileTargetsTest {
    private final Canary canary = new Canary();
    private final Calls calls = new Calls(Duration.ofSeconds(5), Set.of(443, canary.port()));

    @AfterEach
    void close() throws Exception {
        canary.close();
    }

    @Test
    void noHostileUrlIsRegisteredOrReachesTheCanary() {
        HostileUrls.teach(calls);
        List<String> urls = HostileUrls.all(canary.port());
        assertThat(urls).hasSizeGreaterThan(200).doesNotHaveDuplicates();
        SoftAssertions softly = new SoftAssertions();
        for (String url : urls) {
            softly.assertThatThrownBy(() -> calls.targets().check("url", url))
                    .as(url)
                    .isInstanceOfSatisfying(
                            InvalidInputException.class,
                            refused ->
                                    assertThat(refused.errors().get(0).field()).isEqualTo("url"));
            softly.assertThat(calls.post(url).failure()).as(url).isEqualTo(Failure.TARGET_REFUSED);
        }
        softly.assertAll();
        assertThat(canary.visits()).isZero();
    }

    @Test
    void theCanaryIsReachedWhereAnOperatorAllowsIt() {
        Calls allowed = new Calls(Duration.ofSeconds(5), Set.of(443), "127.0.0.0/8", "::1", "inside.test");
        allowed.name("inside.test", "127.0.0.1");
        for (String host : List.of("127.0.0.1", "[::1]", "inside.test")) {
            String url = "http://" + host + ":" + canary.port() + "/hook";
            allowed.targets().check("url", url);
            assertThat(allowed.post(url).status()).as(url).isEqualTo(200);
        }
        assertThat(canary.visits()).isEqualTo(3);
    }

    @Test
    void anAllowedNameOpensNeitherMetadataNorOtherNames() {
        Calls allowed = new Calls(Duration.ofSeconds(5), Set.of(443), "inside.test");
        allowed.name("inside.test", "169.254.169.254");
        allowed.name("other.test", "127.0.0.1");
        assertThat(allowed.post("http://inside.test:" + canary.port() + "/").failure())
                .isEqualTo(Failure.TARGET_REFUSED);
        assertThat(allowed.post("http://other.test:" + canary.port() + "/").failure())
                .isEqualTo(Failure.TARGET_REFUSED);
        assertThat(canary.visits()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.0.0.1", "93.184.216.34+127.0.0.1", "::ffff:127.0.0.1"})
    void aNameThatTurnsInsideAfterItsRegistrationIsNotCalled(String later) {
        String url = "https://rebinding.test:" + canary.port() + "/hook";
        calls.name("rebinding.test", "93.184.216.34", later);
        calls.targets().check("url", url);
        assertThat(calls.post(url).failure()).isEqualTo(Failure.TARGET_REFUSED);
        assertThat(canary.visits()).isZero();
    }

    @Test
    void theConnectionGoesToTheAddressThatWasVettedAndTheNameIsNotAskedAgain() {
        Calls allowed = new Calls(Duration.ofSeconds(5), Set.of(443), "127.0.0.2");
        allowed.name("rebinding.test", "127.0.0.2", "127.0.0.1", "127.0.0.2", "127.0.0.1");
        String url = "http://rebinding.test:" + canary.port() + "/hook";
        assertThat(allowed.post(url).status()).isEqualTo(200);
        assertThat(allowed.lookups()).isEqualTo(1);
        assertThat(allowed.post(url).failure()).isEqualTo(Failure.TARGET_REFUSED);
        assertThat(canary.visits()).isEqualTo(1);
    }

    @Test
    void aNameWithoutAnAddressIsRegisteredOnlyWhereAPublicOneWouldBe() {
        calls.targets().check("url", "https://nowhere.test/hook");
        assertThat(calls.post("https://nowhere.test/hook").failure()).isEqualTo(Failure.NAME_UNKNOWN);
        assertThatThrownBy(() -> calls.targets().check("url", "http://nowhere.test/hook"))
                .hasMessageContaining("https://");
        assertThatThrownBy(() -> calls.targets().check("url", "https://nowhere.test:25/hook"))
                .hasMessageContaining("443");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "93.184.216.34",
                "172.15.0.1",
                "172.32.0.1",
                "100.128.0.1",
                "11.0.0.1",
                "192.167.1.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450:4001::1",
                "2400:cb00::1"
            })
    void publicAddressesAreCallable(String address) {
        assertThat(AddressRules.isPublic(Calls.address(address))).isTrue();
        String host = address.contains(":") ? "[" + address + "]" : address;
        calls.targets().check("url", "https://" + host + "/hook?a=b%20c");
    }
}
