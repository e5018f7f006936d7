package io.sluice.backups.store;

import io.sluice.backups.BackupSettings;
import io.sluice.backups.BackupStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Keeps archives in a bucket of an S3-compatible service. An object appears when its upload in parts is completed. */
final class S3Store implements BackupStore, AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final S3Client client;
    private final BackupSettings.Bucket bucket;

    S3Store(BackupSettings.Bucket bucket) {
        this.bucket = bucket;
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(bucket.region()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(bucket.accessKey(), bucket.secretKey())))
                .forcePathStyle(bucket.pathStyle())
                // Older services of this protocol know no checksums of their own; we read back and compare anyway.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE)
                        .build());
        bucket.endpoint().ifPresent(builder::endpointOverride);
        client = builder.build();
    }

    @Override
    public Upload create(String name) throws IOException {
        try {
            return new S3Upload(client, bucket.name(), key(name));
        } catch (SdkException failed) {
            throw failure("begin an upload", failed);
        }
    }

    @Override
    public InputStream open(String name) throws IOException {
        try {
            return client.getObject(request -> request.bucket(bucket.name()).key(key(name)));
        } catch (NoSuchKeyException none) {
            NoSuchFileException missing = new NoSuchFileException(name);
            missing.initCause(none);
            throw missing;
        } catch (SdkException failed) {
            throw failure("open an object", failed);
        }
    }

    @Override
    public void discard(String name) throws IOException {
        String key = key(name);
        try {
            client.deleteObject(request -> request.bucket(bucket.name()).key(key));
            ListMultipartUploadsResponse unfinished = client.listMultipartUploads(
                    request -> request.bucket(bucket.name()).prefix(key));
            for (MultipartUpload upload : unfinished.uploads()) {
                if (upload.key().equals(key)) {
                    client.abortMultipartUpload(
                            request -> request.bucket(bucket.name()).key(key).uploadId(upload.uploadId()));
                }
            }
        } catch (SdkException failed) {
            throw failure("remove an object", failed);
        }
    }

    @Override
    public String description() {
        return bucket.toString();
    }

    @Override
    public void close() {
        client.close();
    }

    private String key(String name) {
        return bucket.prefix() + name;
    }

    static IOException failure(String what, SdkException cause) {
        return new IOException("The store could not " + what + ": " + cause.getMessage(), cause);
    }
}
