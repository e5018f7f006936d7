/** The development command, {@code mvn -Pdev}: the packaged WAR on a real server with an embedded PostgreSQL. */
package io.sluice.dev;
