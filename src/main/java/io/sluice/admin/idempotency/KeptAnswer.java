package io.sluice.admin.idempotency;

import java.util.List;
import java.util.Map;

/**
 * An answer as it is kept, without secrets.
 *
 * @param headers those that the call set itself
 * @param body JSON text; empty for an answer without a body
 */
record KeptAnswer(int status, Map<String, List<String>> headers, String body) {}
