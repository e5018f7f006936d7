/**
 * The job queue against its peers: the same jobs, the same PostgreSQL, one contestant after another in the same run. Each
 * contestant runs in processes of its own, so that its processor time can be told from PostgreSQL's.
 */
package io.sluice.bench.queue;
