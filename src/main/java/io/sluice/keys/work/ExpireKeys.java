package io.sluice.keys.work;

/** Nothing has to be said: every key whose time is over is meant. */
public record ExpireKeys() {}
