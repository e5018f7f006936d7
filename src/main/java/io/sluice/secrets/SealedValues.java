package io.sluice.secrets;

/**
 * Sealed values that live longer than a master key may. A CDI bean of the feature that owns them is all that it takes: the
 * job {@code reseal_secrets} finds it and, after a change of the master key, seals them anew.
 */
public interface SealedValues {
    SealedColumn column();
}
