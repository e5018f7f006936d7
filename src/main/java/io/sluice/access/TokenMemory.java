package io.sluice.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers for one second what the database said about a token, so that a busy caller costs one look a second; a
 * revocation or an expiry is felt after that second on every node. Also remembers which tokens were used since the last
 * time that was written down. Unknown tokens are not remembered: nobody can fill the memory without a token.
 */
@ApplicationScoped
class TokenMemory {
    private static final long FRESH = Duration.ofSeconds(1).toNanos();

    private final Map<String, Remembered> verdicts = new ConcurrentHashMap<>();
    private final Set<String> used = ConcurrentHashMap.newKeySet();

    @Inject
    TokenRepository repository;

    private record Remembered(Tokens.Verdict verdict, long at) {
        boolean isFresh() {
            return System.nanoTime() - at < FRESH;
        }
    }

    Tokens.Verdict judge(byte[] hash) {
        String key = Base64.getEncoder().encodeToString(hash);
        Remembered remembered = verdicts.get(key);
        if (remembered == null || !remembered.isFresh()) {
            long asked = System.nanoTime();
            Tokens.Verdict verdict = repository.judge(hash);
            if (verdict.identity().isEmpty()) {
                verdicts.remove(key);
                return verdict;
            }
            remembered = new Remembered(verdict, asked);
            verdicts.put(key, remembered);
        }
        if (!remembered.verdict().expired()) {
            remembered.verdict().identity().ifPresent(identity -> used.add(identity.tokenId()));
        }
        return remembered.verdict();
    }

    /** The tokens used since the last call, each once; also forgets what is no longer fresh. */
    Set<String> takeUsed() {
        verdicts.values().removeIf(remembered -> !remembered.isFresh());
        Set<String> taken = Set.copyOf(used);
        used.removeAll(taken);
        return taken;
    }
}
