package io.sluice.outbound;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** URLs that lead, or seem to lead, to places that no user may have called; {@code PORT} stands for a canary's. */
final class HostileUrls {
    /** Hosts in brackets, numbers and names: each is tried over http and https. */
    private static final List<String> HOSTS = List.of(
            // loopback in every spelling that some resolver takes
            "127.0.0.1",
            "127.0.0.2",
            "127.1",
            "127.0.1",
            "127.255.255.254",
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0x7f.0x0.0x0.0x1",
            "0177.0.0.1",
            "127.0.0.01",
            "127.0.0.1.",
            "0",
            "0.0.0.0",
            "0.0.0.1",
            "00000000177.1",
            "127.0.0.0x1",
            "1.0.0.127.in-addr.arpa.",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "LocalHost",
            // IPv6 loopback, mapped, compatible, translated, zoned
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[0000:0000:0000:0000:0000:0000:0000:0001]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:127.0.0.1]",
            "[::127.0.0.1]",
            "[::7f00:1]",
            "[::ffff:0:127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::7f00:1]",
            "[2002:7f00:1::]",
            "[2002:7f00:1::1]",
            "[2001:0:7f00:1::]",
            "[::1%25lo]",
            "[::1%lo]",
            "[fe80::1%25eth0]",
            "[fe80::1%eth0]",
            "[v1.::1]",
            // private, shared, link-local, metadata
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.168.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "100.100.100.200",
            "169.254.0.1",
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "[::ffff:169.254.169.254]",
            "[fd00:ec2::254]",
            "168.63.129.16",
            "192.0.0.192",
            "[fc00::1]",
            "[fd12:3456:789a::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            // multicast, broadcast, documentation, benchmarking, reserved
            "224.0.0.1",
            "239.255.255.250",
            "255.255.255.255",
            "[ff02::1]",
            "[ff0e::1]",
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "198.18.0.1",
            "198.19.255.255",
            "240.0.0.1",
            "192.88.99.1",
            "[2001:db8::1]",
            "[100::1]",
            "[5f00::1]",
            "[3fff::1]",
            "[2001:10::1]",
            // names that lead inside
            "inside.test",
            "metadata.test",
            "mapped.test",
            "mixed.test",
            "six.test",
            "zero.test",
            "nat64.test",
            "sixtofour.test",
            "compatible.test",
            "multicast.test",
            "cgnat.test",
            // letters that some libraries fold into digits and dots
            "\u2460\u2461\u2466.0.0.1",
            "127\u30020\u30020\u30021",
            "\uFF11\uFF12\uFF17.0.0.1",
            "l\u24DEcalhost",
            "loc\u0430lhost",
            "127.0.0.1%2f",
            "127.0.0.1%00",
            "%31%32%37.0.0.1",
            "127.0.0.1\t",
            "127.0.0.1 ",
            "a..b",
            "-a.test",
            ".",
            "");

    /** Whole URLs whose parts are meant to be read in two ways. */
    private static final List<String> WHOLE = List.of(
            "http://user@127.0.0.1:PORT/",
            "https://example.com@127.0.0.1:PORT/",
            "https://a:b@127.0.0.1:PORT/",
            "https://example.com:443@127.0.0.1:PORT/",
            "https://127.0.0.1:PORT\\@example.com/",
            "https://example.com\\@127.0.0.1:PORT/",
            "https://127.0.0.1:PORT#@example.com/",
            "https://example.com#@127.0.0.1:PORT/",
            "https://127.0.0.1:PORT?@example.com/",
            "https:127.0.0.1:PORT",
            "https:/127.0.0.1:PORT/",
            "https:///127.0.0.1:PORT/",
            "//127.0.0.1:PORT/",
            "127.0.0.1:PORT",
            "\\\\127.0.0.1:PORT\\",
            "https://[::1]:PORT@example.com/",
            "https://[example.com]:PORT/",
            "https://[127.0.0.1]:PORT/",
            "https://::1:PORT/",
            "file:///etc/passwd",
            "ftp://127.0.0.1:PORT/",
            "gopher://127.0.0.1:PORT/_x",
            "jar:http://127.0.0.1:PORT/!/",
            "javascript:alert(1)",
            "data:text/plain,x",
            "unix:///var/run/docker.sock",
            "https://127.0.0.1:PORT:443/",
            "https://127.0.0.1:+PORT/",
            "https://127.0.0.1:0PORT/",
            "https://example.com:0/",
            "https://example.com:65536/",
            "https://example.com:99999/",
            "https://example.com:-1/",
            "https://example.com:/",
            "https://example.com:8080/",
            "https://example.com:22/",
            "http://example.com/",
            "http://example.com:443/",
            "https://example.com/\r\nHost: a",
            "https://example.com/a b",
            "https://example.com/%",
            "https://example.com/%zz",
            "https://example.com/\u0000",
            " https://127.0.0.1:PORT/",
            "https://127.0.0.1:PORT/ ",
            "https://example.com/" + "a".repeat(2048),
            "",
            "https://",
            "https://example.com/\u2028",
            "https://1.1.1.1.:PORT/",
            "HTTPS://127.0.0.1:PORT/",
            "hTTp://127.0.0.1:PORT/");

    private HostileUrls() {}

    static List<String> all(int port) {
        List<String> urls = new ArrayList<>(WHOLE.stream()
                .map(url -> url.replace("PORT", String.valueOf(port)))
                .toList());
        for (String host : HOSTS) {
            Stream.of("http", "https")
                    .map(scheme -> scheme + "://" + host + ":" + port + "/hook")
                    .forEach(urls::add);
        }
        return urls;
    }

    /** The names among them, as a hostile name server answers. */
    static void teach(Calls calls) {
        calls.name("inside.test", "127.0.0.1");
        calls.name("metadata.test", "169.254.169.254");
        calls.name("mapped.test", "::ffff:127.0.0.1");
        calls.name("mixed.test", "93.184.216.34+127.0.0.1");
        calls.name("six.test", "::1");
        calls.name("zero.test", "0.0.0.0");
        calls.name("nat64.test", "64:ff9b::7f00:1");
        calls.name("sixtofour.test", "2002:7f00:1::");
        calls.name("compatible.test", "::127.0.0.1");
        calls.name("multicast.test", "224.0.0.1");
        calls.name("cgnat.test", "100.64.1.1");
        calls.name("example.com", "93.184.216.34");
    }
}
