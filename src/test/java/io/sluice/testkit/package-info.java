/** Fixtures: a real PostgreSQL, the packaged WAR on a real server, and drivers that speak to it. */
package io.sluice.testkit;
