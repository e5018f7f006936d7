package io.sluice.system;

import io.sluice.testkit.RawHttp;
import io.sluice.testkit.SharedServer;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class PathSpellingIT {
    /** What the server cannot decode it answers itself, before any code of ours, with nothing at all. */
    private static final String UNDECODABLE = ".*(%zz|/\\.|/\\.\\.)";

    private static final String EMPTY = "(?s).*\r\nContent-Length: 0\r\n.*\r\n\r\n";

    @Test
    void oddSpellingsOpenNothingAndReachNothing() {
        SoftAssertions softly = new SoftAssertions();
        for (String path : List.of("/v1/tokens", "/v1/audit", "/metrics", "/health/live", "/openapi")) {
            for (String odd : oddSpellings(path)) {
                for (String token : List.of("Bearer none", "Bearer " + SharedServer.BOOTSTRAP_TOKEN)) {
                    String answer = RawHttp.send(SharedServer.node().baseUri(), "GET", odd, "Authorization", token);
                    boolean decodable = !odd.matches(UNDECODABLE);
                    if (decodable || !answer.matches(EMPTY)) {
                        softly.assertThat(RawHttp.status(answer))
                                .as("%s: %s", odd, answer)
                                .isIn(400, 404);
                    }
                    if (!answer.matches(EMPTY)) {
                        softly.assertThat(answer).as(odd).contains("application/problem+json", "\"NOT_FOUND\"");
                    }
                }
            }
        }
        softly.assertAll();
    }

    private static List<String> oddSpellings(String path) {
        String first = path.substring(1).split("/")[0];
        String rest = path.substring(1 + first.length());
        return Stream.of(
                        "/" + path,
                        "//" + path,
                        "/" + first + "/" + (rest.isEmpty() ? "/" : rest),
                        path + ";x",
                        path + ";jsessionid=1",
                        "/" + first + ";a=b" + rest,
                        "/%" + Integer.toHexString(first.charAt(0)) + first.substring(1) + rest,
                        "/" + first + "%2f" + rest,
                        "/" + first + "%2F" + rest,
                        path + "%00",
                        path + "%20",
                        path + "/.",
                        path + "/..",
                        path + ".",
                        path + "..",
                        "/." + path,
                        "/x/.." + path,
                        "/%2e%2e" + path,
                        "/%2E" + path,
                        "/x/%2e%2e" + path,
                        "/unsubscribe/.." + path,
                        "/unsubscribe/%2e%2e" + path,
                        "/unsubscribe/x/../.." + path,
                        "\\" + path.substring(1),
                        path.replace('/', '\\'),
                        "/" + first + "\\" + rest,
                        "/%5c" + path.substring(1),
                        path + "%zz",
                        "/%c0%af" + path.substring(1),
                        "/%252e" + path)
                .toList();
    }
}
