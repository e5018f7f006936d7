package io.sluice.notifications.unsubscribing;

import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.logging.EventLog;
import io.sluice.notifications.Letter;
import io.sluice.notifications.NoticeKind;
import io.sluice.notifications.Unsubscribing;
import io.sluice.notifications.unsubscribing.UnsubscribeRepository.Content;
import io.sluice.secrets.MasterKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Links of the form {@code <public URL>/unsubscribe/<letter>.<proof>}. The proof is a keyed hash of letter and address, so
 * that nobody makes one up and an owner who has handed a project on can no longer choose for it.
 */
@ApplicationScoped
public class UnsubscribeLinks implements Unsubscribing {
    private static final EventLog LOG = EventLog.of(UnsubscribeLinks.class);
    private static final String PURPOSE = "unsubscribe";
    private static final Pattern TOKEN =
            Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.([A-Za-z0-9_-]{43})");

    @Inject
    LinkSettings settings;

    @Inject
    UnsubscribeRepository repository;

    @Inject
    MasterKey masterKey;

    @Inject
    AuditLog audit;

    @Override
    public Optional<String> link(Letter letter) {
        String address = letter.address();
        if (address == null || !letter.isRefusable()) {
            return Optional.empty();
        }
        byte[] proof = masterKey.hash(PURPOSE, proven(letter.id(), address)).hash();
        return settings.publicUrl().map(url -> url + "/unsubscribe/" + letter.id() + "." + text(proof));
    }

    @Override
    @Transactional
    public Optional<Offer> find(String token) {
        return offer(contents(token));
    }

    @Override
    @Transactional
    public Optional<Offer> stop(String token) {
        List<Content> contents = contents(token);
        if (!contents.isEmpty()) {
            Map<String, List<String>> refused = repository.refuse(contents).stream()
                    .collect(Collectors.groupingBy(
                            Content::project, TreeMap::new, Collectors.mapping(Content::kind, Collectors.toList())));
            audit.record(refused.entrySet().stream()
                    .map(each -> new NewAuditEntry(
                            "notification_preferences.updated",
                            "project",
                            each.getKey(),
                            each.getKey(),
                            null,
                            Map.of("refused", each.getValue(), "channel", "email", "by", "the link in a mail")))
                    .toList());
            LOG.info("mails stopped by their link", "projects", refused.size());
        }
        return offer(contents);
    }

    /** What the link may stop: of the letter's contents those that are refusable and still the same address's. */
    private List<Content> contents(String token) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return List.of();
        }
        UUID letter = UUID.fromString(parts.group(1));
        String proof = parts.group(2);
        return repository.find(letter).stream()
                .filter(each ->
                        NoticeKind.of(each.kind()).map(kind -> !kind.required()).orElse(false))
                .filter(each -> proves(proof, letter, each.address()))
                .toList();
    }

    private boolean proves(String proof, UUID letter, String address) {
        return masterKey.hashes(PURPOSE, proven(letter, address)).stream()
                .anyMatch(hash -> MessageDigest.isEqual(bytes(text(hash.hash())), bytes(proof)));
    }

    private static Optional<Offer> offer(List<Content> contents) {
        return contents.isEmpty()
                ? Optional.empty()
                : Optional.of(new Offer(
                        contents.stream().map(Content::project).distinct().toList(),
                        contents.stream().map(Content::kind).distinct().sorted().toList()));
    }

    private static byte[] proven(UUID letter, String address) {
        return bytes(letter + " " + address.toLowerCase(Locale.ROOT));
    }

    private static String text(byte[] proof) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(proof);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
