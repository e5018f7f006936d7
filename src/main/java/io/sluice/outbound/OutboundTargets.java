package io.sluice.outbound;

import io.sluice.InvalidInputException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Decides whether a URL that a user chose may be called. Asks the resolver; no connection is made. */
@ApplicationScoped
public class OutboundTargets {
    /** A registration waits no longer; what is called later is vetted again anyway. */
    private static final Duration AT_REGISTRATION = Duration.ofSeconds(2);

    @Inject
    OutboundSettings settings;

    @Inject
    HostLookup lookup;

    /**
     * Vets a URL that is being registered. A name that has no address yet is let through where any public address would
     * be; every call vets it again. May wait two seconds for the resolver.
     *
     * @param field the member that holds the URL, for the refusal
     * @throws InvalidInputException if it must not be called
     */
    public void check(String field, String url) {
        try {
            TargetUrl target = TargetUrl.parse(url);
            try {
                vetted(target, AT_REGISTRATION);
            } catch (UnknownHostException noAddressYet) {
                refuse(settings.rules().refusal(target));
            }
        } catch (RefusedTargetException refused) {
            throw new InvalidInputException(field, String.valueOf(refused.getMessage()));
        }
    }

    /**
     * The addresses to connect to: all that the host has, each of them vetted.
     *
     * @throws RefusedTargetException if one of them must not be called
     * @throws UnknownHostException if it has none
     */
    List<InetAddress> vetted(TargetUrl target, Duration longest) throws RefusedTargetException, UnknownHostException {
        Optional<InetAddress> literal = target.literal();
        List<InetAddress> addresses =
                literal.isPresent() ? List.of(literal.get()) : lookup.addresses(target.host(), longest);
        for (InetAddress address : addresses) {
            refuse(settings.rules().refusal(target, address));
        }
        return addresses;
    }

    private static void refuse(Optional<String> reason) throws RefusedTargetException {
        if (reason.isPresent()) {
            throw new RefusedTargetException(reason.get());
        }
    }
}
