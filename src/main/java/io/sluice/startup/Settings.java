package io.sluice.startup;

/**
 * Marks a feature's settings: a {@code jakarta.inject.Singleton} bean that reads and checks every key of its feature in
 * its constructor. All of them are built before the first migration runs, so that an invalid setting stops the start.
 */
public interface Settings {}
