// pg-boss, with batches of the size that mode names.
import { PgBoss } from 'pg-boss';
import { address, executed, mode, serve } from './peer.mjs';

const boss = new PgBoss({ connectionString: address, max: 30 });
boss.on('error', (failure) => console.error(failure));
await boss.start();
await boss.createQueue('noop');

serve({
  async enqueue(from, to) {
    for (let begin = from; begin < to; begin += 1000) {
      const jobs = [];
      for (let n = begin; n < Math.min(begin + 1000, to); n++) jobs.push({ data: { n } });
      await boss.insert('noop', jobs);
    }
  },
  async start() {
    for (let i = 0; i < 4; i++) {
      await boss.work('noop', { batchSize: Number(mode), pollingIntervalSeconds: 0.5 }, async (jobs) => {
        for (const job of jobs) executed(job.data.n);
      });
    }
  },
  async stop() {
    await boss.stop({ graceful: true, timeout: 10000 });
  },
});
