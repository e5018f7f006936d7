package io.sluice.secrets;

/** Something was sealed under a master key that this node was not given. */
public class UnknownMasterKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownMasterKeyException(String keyId) {
        super("Sealed under master key " + keyId
                + ", which is neither SLUICE_MASTER_KEY nor SLUICE_MASTER_KEY_PREVIOUS.");
    }
}
