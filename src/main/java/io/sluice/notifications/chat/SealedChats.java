package io.sluice.notifications.chat;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.notifications.ProjectChats;
import io.sluice.outbound.OutboundTargets;
import io.sluice.secrets.MasterKey;
import io.sluice.secrets.SealedColumn;
import io.sluice.secrets.SealedValues;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** The chats of projects. A URL is sealed for its project: in another row it opens nothing. */
@ApplicationScoped
public class SealedChats implements ProjectChats, SealedValues {
    private static final String PURPOSE = "project-chat";
    private static final int LONGEST_URL = 2048;

    @Inject
    ChatRepository repository;

    @Inject
    MasterKey masterKey;

    @Inject
    OutboundTargets targets;

    @Inject
    AuditLog audit;

    @Override
    public SealedColumn column() {
        return new SealedColumn("project_chats", "project_id", "sealed_url", PURPOSE, "project_id");
    }

    @Override
    @Transactional
    public Optional<Chat> find(String projectId) {
        return repository.find(projectId).map(row -> new Chat(host(opened(projectId, row)), row.updatedAt()));
    }

    @Override
    @Transactional
    public Chat put(String projectId, String url) {
        if (url.length() > LONGEST_URL) {
            throw new InvalidInputException("url", "must have at most 2,048 characters.");
        }
        targets.check("url", url);
        if (!repository.lockLiving(projectId)) {
            throw new ConflictException("The project '" + projectId + "' is deleted; nobody is told of it any more.");
        }
        repository.put(projectId, masterKey.seal(PURPOSE, projectId, url.getBytes(StandardCharsets.UTF_8)));
        audit.record(new NewAuditEntry(
                "notification_chat.updated", "project", projectId, projectId, null, Map.of("host", host(url))));
        return find(projectId).orElseThrow();
    }

    @Override
    @Transactional
    public boolean remove(String projectId) {
        boolean removed = repository.remove(projectId);
        if (removed) {
            audit.record(
                    new NewAuditEntry("notification_chat.removed", "project", projectId, projectId, Map.of(), null));
        }
        return removed;
    }

    /** The URL to call, read in a transaction of its own that is over when it returns. */
    @Transactional(TxType.REQUIRES_NEW)
    public Optional<String> url(String projectId) {
        return repository.find(projectId).map(row -> opened(projectId, row));
    }

    private String opened(String projectId, ChatRepository.Row row) {
        return new String(masterKey.open(PURPOSE, projectId, row.url()), StandardCharsets.UTF_8);
    }

    private static String host(String url) {
        return String.valueOf(URI.create(url).getHost());
    }
}
