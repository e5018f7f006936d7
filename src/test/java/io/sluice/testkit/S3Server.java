package io.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.options.ListContainerOptions;

/** A server of the S3 protocol in this process, reached through a line that a test can cut. */
public final class S3Server implements AutoCloseable {
    public static final String BUCKET = "backups";
    public static final String ACCESS_KEY = "access";
    public static final String SECRET_KEY = "Sentinel-S3-Secret-0452";

    private final BlobStore store;
    private final S3Proxy server;
    private final ServerSocket line;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong unspoilt = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger heldBack = new AtomicInteger();
    private volatile CountDownLatch release = new CountDownLatch(0);

    private S3Server(BlobStore store, S3Proxy server, ServerSocket line) {
        this.store = store;
        this.server = server;
        this.line = line;
    }

    public static S3Server start() {
        try {
            BlobStore store = ContextBuilder.newBuilder("transient")
                    .credentials("none", "none")
                    .overrides(new Properties())
                    .build(BlobStoreContext.class)
                    .getBlobStore();
            store.createContainerInLocation(null, BUCKET);
            S3Proxy server = S3Proxy.builder()
                    .blobStore(store)
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
                    .build();
            server.start();
            S3Server started = new S3Server(store, server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            daemon(started::accept);
            return started;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + line.getLocalPort());
    }

    /** Cuts every connection, and every new one, once so many more bytes have been sent to the server. */
    public void dieAfter(long bytes) {
        left.set(bytes);
    }

    public void recover() {
        left.set(Long.MAX_VALUE);
    }

    /** Changes one byte that comes back, once so many have come. */
    public void spoilAfter(long bytes) {
        unspoilt.set(bytes);
    }

    /** Keeps every answer back until {@link #release}. */
    public void hold() {
        release = new CountDownLatch(1);
    }

    public void release() {
        release.countDown();
    }

    /** Whether somebody waits for an answer that is kept back. */
    public boolean keepsSomebodyWaiting() {
        return heldBack.get() > 0;
    }

    /** The names of all objects; where the store keeps the parts of unfinished uploads is its own affair. */
    public List<String> objects() {
        return store.list(BUCKET, ListContainerOptions.Builder.recursive()).stream()
                .map(object -> object.getName())
                .filter(name -> !name.startsWith(".mpus-"))
                .sorted()
                .toList();
    }

    /** Uploads that were begun and neither completed nor aborted. */
    public int unfinishedUploads() {
        return store.listMultipartUploads(BUCKET).size();
    }

    private void accept() {
        while (!line.isClosed()) {
            try {
                Socket client = line.accept();
                if (left.get() <= 0) {
                    client.close();
                    continue;
                }
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
                open.add(client);
                open.add(upstream);
                daemon(() -> pass(client, upstream, true));
                daemon(() -> pass(upstream, client, false));
            } catch (IOException closed) {
                // A client that went away, or the end.
            }
        }
    }

    private void pass(Socket from, Socket to, boolean counted) {
        byte[] buffer = new byte[8192];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (counted && left.addAndGet(-read) <= 0) {
                    break;
                }
                if (!counted && unspoilt.addAndGet(-read) <= 0) {
                    unspoilt.set(Long.MAX_VALUE);
                    buffer[read / 2] ^= 1;
                }
                if (!counted) {
                    awaitRelease();
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException | InterruptedException cut) {
            // The other side went away.
        } finally {
            close(from);
            close(to);
        }
    }

    private void awaitRelease() throws InterruptedException {
        heldBack.incrementAndGet();
        try {
            release.await();
        } finally {
            heldBack.decrementAndGet();
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "s3-line");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            line.close();
            open.forEach(this::close);
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
