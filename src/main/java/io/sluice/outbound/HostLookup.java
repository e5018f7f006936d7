package io.sluice.outbound;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the system's resolver, on threads of its own, because a look-up can neither be bounded nor interrupted. There are
 * more of them than calls at once: names whose servers are silent hold up no other name.
 */
@ApplicationScoped
@ManagedExecutorDefinition(name = HostLookup.EXECUTOR, maxAsync = 384)
class HostLookup {
    static final String EXECUTOR = "java:app/concurrent/sluiceLookups";

    @Resource(lookup = EXECUTOR)
    ManagedExecutorService executor;

    /**
     * All addresses of a host name, asked anew as far as the resolver does.
     *
     * @throws UnknownHostException if there is none, or no answer within {@code longest}
     */
    List<InetAddress> addresses(String host, Duration longest) throws UnknownHostException {
        Future<InetAddress[]> answer = executor.submit(() -> InetAddress.getAllByName(host));
        try {
            return List.of(answer.get(longest.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException slow) {
            answer.cancel(true);
        } catch (ExecutionException failed) {
            // Told below, like a resolver that is silent.
        } catch (InterruptedException interrupted) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
        }
        throw new UnknownHostException(host);
    }
}
