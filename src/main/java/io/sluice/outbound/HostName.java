package io.sluice.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The host of a URL in its one plain spelling: a name, four decimal numbers, or an IPv6 address. Whatever a resolver
 * somewhere would also take for an address (octal, hexadecimal or shortened numbers, zones) is none here.
 */
final class HostName {
    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final Pattern NUMERIC_END = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*");
    private static final int LONGEST = 253;

    private HostName() {}

    /** Whether the text, in lower case, is a name that only a resolver can turn into addresses. */
    static boolean isName(String text) {
        return text.length() <= LONGEST
                && NAME.matcher(text).matches()
                && !NUMERIC_END.matcher(text).matches();
    }

    /** The address that the text writes, without asking any resolver; empty if it writes none. */
    static Optional<InetAddress> literal(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException noAddress) {
            return Optional.empty();
        }
    }
}
