// Graphile Worker. "batched": a local queue of 500 and completions in batches, its fastest way; "default": neither.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { address, executed, mode, serve } from './peer.mjs';

const pool = new pg.Pool({ connectionString: address, max: 30 });
pool.on('error', (failure) => console.error(failure));
// Standard output belongs to the benchmark.
const logger = new Logger(() => (level, message) => level === 'error' && console.error(message));
const utils = await makeWorkerUtils({ pgPool: pool, logger });
await utils.migrate();
let runner;

const batched = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };

serve({
  async enqueue(from, to) {
    await pool.query(
      `select graphile_worker.add_jobs(array_agg(
         ('noop', json_build_object('n', n), null, null, null, null, null, null)::graphile_worker.job_spec))
       from generate_series($1::int, $2::int) n`, [from, to - 1]);
  },
  async start() {
    runner = await run({
      pgPool: pool,
      noHandleSignals: true,
      logger,
      parsedCronItems: [],
      taskList: { noop: async (payload) => executed(payload.n) },
      preset: { worker: { concurrentJobs: 24, ...(mode === 'batched' ? batched : {}) } },
    });
  },
  async stop() {
    await runner?.stop();
    await pool.end();
  },
});
