/** Black-box tests: the packaged WAR on a real server, spoken to over HTTP only. */
package io.sluice.system;
