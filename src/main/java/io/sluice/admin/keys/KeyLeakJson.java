package io.sluice.admin.keys;

import io.sluice.keys.KeyLeaks;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** The body that reports a key which was seen where it should not be. */
public record KeyLeakJson(
        @NotNull(message = "is required: the text that was found.")
        @Size(max = 1_000, message = "must have at most 1,000 characters.")
        String key,

        @NotNull(message = "is required: notify, grace or revoke.")
        KeyLeaks.Policy policy) {}
