package io.sluice.outbound;

import io.sluice.outbound.OutboundAnswer.Failure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;

/**
 * Posts to a URL that a user chose. Resolves the host, vets every address, and connects to one of them under the host's
 * name (SNI and Host). Follows no redirect, repeats nothing, keeps no connection, cookie or credential. Blocks the thread
 * for at most {@link OutboundSettings#timeout}; never throws for what the other side does. Safe from every thread; hold
 * no transaction while calling.
 */
@ApplicationScoped
public class OutboundClient {
    /** The largest body that may be sent. */
    public static final int LARGEST_BODY = 1 << 18;

    private static final int LONGEST_RETRY_AFTER = 64;

    @Inject
    OutboundSettings settings;

    @Inject
    OutboundTargets targets;

    SSLContext tls = SSLContexts.createDefault();

    /**
     * Sends one request and returns what came of it.
     *
     * @param headers sent as they are, beside {@code Host}, {@code Content-Length} and {@code Connection}
     * @param json the body, at most {@link #LARGEST_BODY} bytes
     */
    public OutboundAnswer post(String url, Map<String, String> headers, byte[] json) {
        if (json.length > LARGEST_BODY) {
            throw new IllegalArgumentException("The body has " + json.length + " bytes.");
        }
        long start = System.nanoTime();
        try {
            TargetUrl target = TargetUrl.parse(url);
            List<InetAddress> addresses = targets.vetted(target, settings.timeout());
            return send(target, addresses, headers, json, start);
        } catch (RefusedTargetException refused) {
            return OutboundAnswer.failed(Failure.TARGET_REFUSED, "The URL " + refused.getMessage(), since(start));
        } catch (UnknownHostException unknown) {
            return OutboundAnswer.failed(Failure.NAME_UNKNOWN, "The host's name has no address.", since(start));
        }
    }

    private OutboundAnswer send(
            TargetUrl target, List<InetAddress> addresses, Map<String, String> headers, byte[] json, long start) {
        HttpPost request = new HttpPost(target.absolute());
        headers.forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
        Duration left = settings.timeout().minus(since(start));
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> answered = new CompletableFuture<>();
        CloseableHttpClient client = SingleCall.client(target.host(), addresses, tls, left);
        CompletableFuture<Void> watch = answered.orTimeout(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS)
                .exceptionally(timeout -> {
                    late.set(true);
                    request.cancel();
                    client.close(CloseMode.IMMEDIATE);
                    return null;
                });
        try {
            HttpHost host = new HttpHost(target.scheme(), target.host(), target.port());
            ClassicHttpResponse response = client.executeOpen(host, request, HttpClientContext.create());
            String excerpt = Excerpt.of(response.getEntity());
            return OutboundAnswer.of(response.getCode(), excerpt, retryAfter(response), since(start));
        } catch (IOException | RuntimeException failed) {
            Failure failure = late.get() ? Failure.TIMED_OUT : failure(failed);
            return OutboundAnswer.failed(failure, sentence(failure), since(start));
        } finally {
            answered.complete(null);
            // What was not read is not waited for.
            request.cancel();
            client.close(CloseMode.IMMEDIATE);
            watch.join();
        }
    }

    private static Failure failure(Exception failed) {
        if (failed instanceof SocketTimeoutException) {
            return Failure.TIMED_OUT;
        }
        if (failed instanceof SSLException) {
            return Failure.TLS_FAILED;
        }
        return failed instanceof SocketException || failed instanceof UnknownHostException
                ? Failure.CONNECTION_FAILED
                : Failure.ANSWER_BROKEN;
    }

    private String sentence(Failure failure) {
        return switch (failure) {
            case TIMED_OUT -> "No whole answer within " + settings.timeout().toSeconds() + " s.";
            case TLS_FAILED -> "No trusted TLS connection to the host's name.";
            case CONNECTION_FAILED -> "The connection was refused or broke.";
            case ANSWER_BROKEN -> "What came back is no HTTP answer, or its headers are too large.";
            case TARGET_REFUSED -> "The URL must not be called.";
            case NAME_UNKNOWN -> "The host's name has no address.";
        };
    }

    private static @Nullable String retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader("Retry-After");
        String value = header == null ? null : header.getValue();
        return value == null || value.length() > LONGEST_RETRY_AFTER ? null : value.strip();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
