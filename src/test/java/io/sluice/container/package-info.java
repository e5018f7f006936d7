/** Tests that run inside the server, with the beans of the deployed WAR injected. */
package io.sluice.container;
