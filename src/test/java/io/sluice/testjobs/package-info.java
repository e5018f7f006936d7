/**
 * Job handlers for the engine's tests. They are built into a jar that is added to the packaged WAR's {@code WEB-INF/lib},
 * just as a user adds handlers of their own; the WAR itself holds none of them.
 */
package io.sluice.testjobs;
