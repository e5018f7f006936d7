package io.sluice.notifications;

import io.sluice.InvalidInputException;
import io.sluice.SluiceException.FieldError;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the owner of a project wants to be told of. Holds for notices that are written from then on. */
@ApplicationScoped
public class Preferences {
    @Inject
    PreferenceRepository repository;

    @Inject
    AuditLog audit;

    /**
     * What holds for one kind.
     *
     * @param required whether it is sent whatever is preferred
     */
    public record Preference(String kind, boolean email, boolean chat, boolean required) {}

    /**
     * What is wanted for one kind.
     *
     * @param email null: yes
     * @param chat null: yes
     */
    public record Wish(
            String kind, @Nullable Boolean email, @Nullable Boolean chat) {}

    /** What holds for every kind that owners are told of. */
    @Transactional
    public List<Preference> of(String projectId) {
        Set<String> refused = new HashSet<>(repository.refused(projectId));
        return NoticeKind.ofOwners().stream()
                .map(kind -> new Preference(
                        kind.word(),
                        !refused.contains(kind.word() + " email"),
                        !refused.contains(kind.word() + " chat"),
                        kind.required()))
                .toList();
    }

    /**
     * Replaces what is wanted; kinds that are left out are sent.
     *
     * @throws InvalidInputException naming kinds that don't exist, stand there twice or cannot be refused
     */
    @Transactional
    public List<Preference> replace(String projectId, List<Wish> wishes) {
        check(wishes);
        repository.lock(projectId);
        List<Preference> before = of(projectId);
        repository.replace(projectId, wishes);
        List<Preference> after = of(projectId);
        if (!before.equals(after)) {
            audit.record(new NewAuditEntry(
                    "notification_preferences.updated", "project", projectId, projectId, state(before), state(after)));
        }
        return after;
    }

    private static void check(List<Wish> wishes) {
        List<FieldError> errors = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < wishes.size(); i++) {
            Wish wish = wishes.get(i);
            NoticeKind kind =
                    NoticeKind.of(wish.kind()).filter(NoticeKind::forOwners).orElse(null);
            if (kind == null) {
                errors.add(new FieldError("items[" + i + "].kind", "is not a kind that owners are told of."));
            } else if (!seen.add(wish.kind())) {
                errors.add(new FieldError("items[" + i + "].kind", "stands there twice."));
            } else if (kind.required() && (Boolean.FALSE.equals(wish.email()) || Boolean.FALSE.equals(wish.chat()))) {
                errors.add(new FieldError("items[" + i + "]", "cannot be refused: suspensions are always told."));
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
    }

    private static Map<String, Object> state(List<Preference> preferences) {
        Map<String, Object> state = new LinkedHashMap<>();
        preferences.forEach(each -> state.put(each.kind(), Map.of("email", each.email(), "chat", each.chat())));
        return state;
    }
}
