/** A model of the job engine: what its statements do to jobs and nodes, small enough to look at every interleaving. */
package io.sluice.jobs.model;
