package io.sluice.admin.keys;

import io.sluice.keys.KeyLeaks;
import jakarta.validation.constraints.NotNull;

/** The body that reports a key which was seen where it should not be. */
public record KeyLeakJson(
        @NotNull(message = "is required: the text that was found.")
        String key,

        @NotNull(message = "is required: notify, grace or revoke.")
        KeyLeaks.Policy policy) {}
