package io.sluice.bench.queue.peers;

import static org.jobrunr.server.BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration;

import java.time.Duration;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.BackgroundJob;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;

/** JobRunr, the open-source edition, at its shortest poll. */
final class JobRunrPeer implements Peer {
    private final StorageProvider storage;
    private final int threads;
    private BackgroundJobServer server;

    JobRunrPeer(DataSource dataSource, int threads) {
        this.threads = threads;
        storage = SqlStorageProviderFactory.using(dataSource);
        JobRunr.configure().useStorageProvider(storage).initialize();
    }

    @Override
    public void enqueue(int from, int to) {
        for (int begin = from; begin < to; begin += 1000) {
            BackgroundJob.enqueue(
                    IntStream.range(begin, Math.min(begin + 1000, to)).boxed(), job -> PeerProcess.execute(job));
        }
    }

    @Override
    public void start() {
        JobRunr.configure()
                .useStorageProvider(storage)
                .useBackgroundJobServer(usingStandardBackgroundJobServerConfiguration()
                        .andWorkerCount(threads)
                        .andPollInterval(Duration.ofSeconds(5)))
                .initialize();
        server = JobRunr.getBackgroundJobServer();
    }

    @Override
    public void stop() {
        if (server != null) {
            server.stop();
        }
    }
}
