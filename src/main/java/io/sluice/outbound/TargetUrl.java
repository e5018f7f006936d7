package io.sluice.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL to be called, taken apart by a grammar that leaves no room for two readings.
 *
 * @param scheme {@code https} or {@code http}
 * @param host a name in lower case, or an address without brackets
 * @param pathAndQuery begins with a slash
 */
record TargetUrl(String scheme, String host, int port, String pathAndQuery) {
    private static final int LONGEST = 2048;
    private static final String CHARACTER = "[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}";
    private static final Pattern URL = Pattern.compile("(?i:(https?)://)(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9.-]+))"
            + "(?::([0-9]{1,5}))?(/(?:" + CHARACTER + ")*+)?(\\?(?:" + CHARACTER + "|\\?)*+)?");

    /**
     * Takes a URL apart.
     *
     * @throws RefusedTargetException saying what would be valid
     */
    static TargetUrl parse(String text) throws RefusedTargetException {
        Matcher parts = URL.matcher(text);
        if (text.length() > LONGEST || !parts.matches()) {
            throw new RefusedTargetException("must be a URL such as https://hooks.example.org/path of at most "
                    + LONGEST + " characters, without user, fragment or spaces; names outside ASCII in Punycode.");
        }
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        boolean bracketed = parts.group(2) != null;
        String host = (bracketed ? parts.group(2) : parts.group(3)).toLowerCase(Locale.ROOT);
        boolean literal = HostName.literal(host).isPresent() && bracketed == host.contains(":");
        if (!literal && (bracketed || !HostName.isName(host))) {
            throw new RefusedTargetException(
                    "must name its host plainly: a name without a dot at its end, four decimal numbers, or an IPv6"
                            + " address in brackets without a zone.");
        }
        String port = parts.group(4);
        int number = port == null ? (scheme.equals("https") ? 443 : 80) : Integer.parseInt(port);
        if (number < 1 || number > 65535) {
            throw new RefusedTargetException("must have a port from 1 to 65535.");
        }
        String path = parts.group(5) == null ? "/" : parts.group(5);
        String query = parts.group(6) == null ? "" : parts.group(6);
        return new TargetUrl(scheme, host, number, path + query);
    }

    /** The address that the URL itself writes; empty if its host is a name. */
    Optional<InetAddress> literal() {
        return HostName.literal(host);
    }

    /** The whole URL. A path that begins with two slashes, alone, would be read as the name of a host. */
    URI absolute() {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(scheme + "://" + name + ":" + port + pathAndQuery);
    }

    boolean isEncrypted() {
        return scheme.equals("https");
    }
}
