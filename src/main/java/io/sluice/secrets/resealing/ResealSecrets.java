package io.sluice.secrets.resealing;

/** Nothing to choose: everything that is under another master key than the current one is sealed anew. */
public record ResealSecrets() {}
