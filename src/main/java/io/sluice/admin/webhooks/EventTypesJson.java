package io.sluice.admin.webhooks;

import java.util.List;

/** The catalogue of events, whole. */
public record EventTypesJson(List<EventTypeJson> items) {}
