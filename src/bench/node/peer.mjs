// What every peer on Node shares: the line protocol of the benchmark and the ledger of executions.
import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const [address, mode, ledgerFile, size] = process.argv.slice(2);

const counts = new Int32Array(Number(size));
const ledger = openSync(ledgerFile, 'r+');
let changedFrom = counts.length;
let changedTo = 0;

/** Notes one execution; the file follows at every flush, and the benchmark reads the file. */
export function executed(job) {
  counts[job]++;
  changedFrom = Math.min(changedFrom, job);
  changedTo = Math.max(changedTo, job + 1);
}

function flush() {
  if (changedTo > changedFrom) {
    writeSync(ledger, Buffer.from(counts.buffer, 4 * changedFrom, 4 * (changedTo - changedFrom)), 0, undefined, 4 * changedFrom);
    changedFrom = counts.length;
    changedTo = 0;
  }
}

/** Does what the benchmark says until it says stop. */
export function serve({ enqueue, start, stop }) {
  setInterval(flush, 20);
  const answer = (line) => process.stdout.write(`${line}\n`);
  let turn = Promise.resolve();
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [command, from, to] = line.split(' ');
    turn = turn.then(async () => {
      if (command === 'enqueue') await enqueue(Number(from), Number(to));
      else if (command === 'start') await start();
      else {
        await stop();
        flush();
        process.exit(0);
      }
      answer('ok');
    }).catch((failure) => {
      console.error(failure);
      process.exit(1);
    });
  });
  answer('ready');
}
