package io.sluice.backups.store;

import io.sluice.backups.BackupStore;
import io.sluice.logging.EventLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** One upload in parts of 8 MiB, of which one is held in memory. Aborted unless it is committed. */
final class S3Upload extends BackupStore.Upload {
    private static final EventLog LOG = EventLog.of(S3Upload.class);
    private static final int PART = 8 << 20;
    private static final int MOST_PARTS = 10_000;

    private final S3Client client;
    private final String bucket;
    private final String key;
    private final String uploadId;
    private final byte[] part = new byte[PART];
    private final List<CompletedPart> parts = new ArrayList<>();
    private int filled;
    private boolean committed;
    private boolean closed;

    S3Upload(S3Client client, String bucket, String key) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
        uploadId = client.createMultipartUpload(
                        request -> request.bucket(bucket).key(key).contentType("application/zip"))
                .uploadId();
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int step = Math.min(length - done, PART - filled);
            System.arraycopy(bytes, offset + done, part, filled, step);
            filled += step;
            done += step;
            if (filled == PART) {
                send();
            }
        }
    }

    @Override
    public void commit() throws IOException {
        if (filled > 0 || parts.isEmpty()) {
            send();
        }
        try {
            client.completeMultipartUpload(request ->
                    request.bucket(bucket).key(key).uploadId(uploadId).multipartUpload(all -> all.parts(parts)));
        } catch (SdkException failed) {
            throw S3Store.failure("complete an upload", failed);
        }
        committed = true;
    }

    @Override
    public void close() {
        if (committed || closed) {
            return;
        }
        closed = true;
        // The abort must get through even when this thread was asked to stop.
        boolean interrupted = Thread.interrupted();
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(bucket).key(key).uploadId(uploadId));
        } catch (SdkException later) {
            LOG.warning("unfinished upload is left to the clean-up", "object", key, "error", later.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void send() throws IOException {
        int number = parts.size() + 1;
        if (number > MOST_PARTS) {
            throw new IOException("The archive is larger than " + MOST_PARTS + " parts of 8 MiB.");
        }
        try {
            RequestBody body = RequestBody.fromInputStream(new ByteArrayInputStream(part, 0, filled), filled);
            String tag = client.uploadPart(
                            request -> request.bucket(bucket)
                                    .key(key)
                                    .uploadId(uploadId)
                                    .partNumber(number),
                            body)
                    .eTag();
            parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
            filled = 0;
        } catch (SdkException failed) {
            throw S3Store.failure("take part " + number + " of an upload", failed);
        }
    }
}
