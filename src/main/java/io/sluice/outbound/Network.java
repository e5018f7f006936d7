package io.sluice.outbound;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses: all that begin with the same bits.
 *
 * @param base an address of the range
 * @param bits how many leading bits its addresses share
 */
record Network(InetAddress base, int bits) {
    /** Reads {@code 10.0.0.0/8} or one address; empty for anything else, names included. */
    static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> base = HostName.literal(slash < 0 ? text : text.substring(0, slash));
        if (base.isEmpty()) {
            return Optional.empty();
        }
        int longest = base.get().getAddress().length * 8;
        if (slash < 0) {
            return Optional.of(new Network(base.get(), longest));
        }
        String bits = text.substring(slash + 1);
        return bits.matches("[0-9]{1,3}") && Integer.parseInt(bits) <= longest
                ? Optional.of(new Network(base.get(), Integer.parseInt(bits)))
                : Optional.empty();
    }

    /** A range that is written in our code. */
    static Network of(String text) {
        return parse(text).orElseThrow();
    }

    boolean contains(InetAddress address) {
        byte[] wanted = base.getAddress();
        byte[] given = address.getAddress();
        if (wanted.length != given.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((wanted[bit / 8] & mask) != (given[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
