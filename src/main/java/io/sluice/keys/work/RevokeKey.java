package io.sluice.keys.work;

import jakarta.validation.constraints.NotNull;
import java.util.UUID;

/** Which key is to work no more. */
public record RevokeKey(
        @NotNull(message = "is required: the id of a key.") UUID keyId) {}
