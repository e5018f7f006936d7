package io.sluice.admin.notifications;

import jakarta.validation.constraints.NotNull;

/** The body that sets a project's chat. */
public record ChatChangeJson(
        @NotNull(message = "is required: the URL of an incoming webhook.")
        String url) {}
