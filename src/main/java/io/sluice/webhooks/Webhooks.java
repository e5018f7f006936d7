package io.sluice.webhooks;

import io.sluice.ConflictException;
import io.sluice.InvalidInputException;
import io.sluice.NotFoundException;
import io.sluice.StaleVersionException;
import io.sluice.audit.AuditLog;
import io.sluice.audit.NewAuditEntry;
import io.sluice.database.Page;
import io.sluice.logging.EventLog;
import io.sluice.outbound.OutboundTargets;
import io.sluice.projects.ProjectStatus;
import io.sluice.projects.ProjectStatusChanged;
import io.sluice.projects.Projects;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to hear of events. Every change writes its audit entry in the same transaction; neither entries nor log lines
 * name the receiver's URL, because it may hold a secret of its own.
 */
@ApplicationScoped
public class Webhooks {
    private static final EventLog LOG = EventLog.of(Webhooks.class);
    private static final int MOST = 100;

    @Inject
    WebhookRepository webhooks;

    @Inject
    WebhookSecrets secrets;

    @Inject
    EventFilter filter;

    @Inject
    OutboundTargets targets;

    @Inject
    Projects projects;

    @Inject
    AuditLog audit;

    /**
     * A webhook and its new secret.
     *
     * @param secret {@code whsec_…}; the only time that it is shown
     */
    public record WithSecret(Webhook webhook, String secret) {}

    /**
     * Makes a webhook. May wait two seconds for the resolver before anything is read or written.
     *
     * @param projectId whose events; null: those of the whole installation
     * @throws InvalidInputException if its target must not be called, or it names no kind of event
     * @throws NotFoundException if there is no such project
     * @throws ConflictException if the project is deleted, or has 100 webhooks
     */
    @Transactional
    public WithSecret create(@Nullable String projectId, WebhookTerms terms) {
        check(terms);
        lockOwner(projectId);
        if (webhooks.count(projectId) >= MOST) {
            throw new ConflictException("There are " + MOST + " webhooks already; delete one that is not needed.");
        }
        Webhook made = webhooks.insert(projectId, terms);
        String secret = secrets.renew(made.id());
        record("webhook.created", made, null, state(made));
        return new WithSecret(made, secret);
    }

    /** One owner's webhooks are made one after another, so that what is counted holds, and none beside its deletion. */
    private void lockOwner(@Nullable String projectId) {
        if (projectId == null) {
            webhooks.lockInstallation();
            return;
        }
        String status = webhooks.lockProject(projectId).orElseThrow(() -> new NotFoundException("project", projectId));
        if (status.equals("deleted")) {
            throw new ConflictException("The project '" + projectId + "' is deleted.");
        }
    }

    /** One webhook. */
    @Transactional
    public Webhook get(UUID id) {
        return webhooks.find(id).orElseThrow(() -> notFound(id));
    }

    /** Lists the webhooks of a project, or those of the whole installation (null), newest first. */
    @Transactional
    public Page<Webhook> list(@Nullable String projectId, int limit, @Nullable String cursor) {
        if (projectId != null) {
            projects.get(projectId);
        }
        return webhooks.list(projectId, limit, cursor);
    }

    /**
     * Replaces what a person said about it. Enabling it forgets its failures.
     *
     * @param expectedVersion the version that the caller decided on; empty: whichever is current
     * @throws StaleVersionException if another version is current
     */
    @Transactional
    public Webhook change(UUID id, WebhookTerms terms, OptionalLong expectedVersion) {
        check(terms);
        Webhook webhook = lock(id, expectedVersion);
        Map<String, Object> before = state(webhook);
        boolean moved = !webhook.url().equals(terms.url());
        Webhook after = webhooks.update(webhook, terms, terms.isEnabled() && !webhook.enabled());
        Map<String, Object> changed = state(after);
        if (moved) {
            changed.put("url", "changed");
        }
        record("webhook.updated", after, before, changed);
        return after;
    }

    /** Enables it and forgets its failures; nothing happens to one that is enabled and well. */
    @Transactional
    public Webhook enable(UUID id) {
        Webhook webhook = lock(id, OptionalLong.empty());
        if (webhook.enabled() && webhook.exhausted() == 0) {
            return webhook;
        }
        Map<String, Object> before = state(webhook);
        Webhook after = webhooks.update(
                webhook, new WebhookTerms(webhook.url(), webhook.events(), webhook.description(), true), true);
        record("webhook.enabled", after, before, state(after));
        return after;
    }

    /** Makes a new secret; the present one signs beside it for 24 hours, an older one no more. */
    @Transactional
    public WithSecret rotateSecret(UUID id) {
        Webhook webhook = lock(id, OptionalLong.empty());
        String secret = secrets.renew(id);
        record("webhook.secret_rotated", webhook, null, null);
        return new WithSecret(webhook, secret);
    }

    /**
     * Switches off one that is about to be removed. Its history may take long to remove, and whoever has an event that it
     * hears of would wait for that.
     *
     * @return the version to remove, if one was expected
     */
    @Transactional
    public OptionalLong silence(UUID id, OptionalLong expectedVersion) {
        Webhook webhook = lock(id, expectedVersion);
        if (!webhook.enabled() && !"exhausted".equals(webhook.disabledReason())) {
            return expectedVersion;
        }
        Webhook after = webhooks.silence(webhook);
        record("webhook.updated", after, state(webhook), state(after));
        return expectedVersion.isPresent() ? OptionalLong.of(after.version()) : expectedVersion;
    }

    /**
     * Removes it, its secrets and the history of its deliveries; what is on its way is not tried again. Comes after
     * {@link #silence}, whose transaction has to be over.
     */
    @Transactional
    public void delete(UUID id, OptionalLong expectedVersion) {
        Webhook webhook = lock(id, expectedVersion);
        webhooks.delete(id);
        record("webhook.deleted", webhook, state(webhook), null);
    }

    /** A deleted project's receivers are its owner's: they go with it. */
    void onDeletion(@Observes ProjectStatusChanged changed) {
        if (changed.to() == ProjectStatus.DELETED) {
            String project = changed.projectId();
            audit.record(webhooks.deleteOf(project).stream()
                    .map(id -> new NewAuditEntry(
                            "webhook.deleted", "webhook", id, project, Map.of("project_id", project), null))
                    .toList());
        }
    }

    private void check(WebhookTerms terms) {
        targets.check("url", terms.url());
        filter.check(terms.events());
        String description = terms.description();
        if (description != null && description.length() > 500) {
            throw new InvalidInputException("description", "must have at most 500 characters.");
        }
    }

    private Webhook lock(UUID id, OptionalLong expectedVersion) {
        Webhook current = webhooks.lock(id).orElseThrow(() -> notFound(id));
        if (expectedVersion.isPresent() && expectedVersion.getAsLong() != current.version()) {
            throw new StaleVersionException("webhook", id.toString());
        }
        return current;
    }

    private static NotFoundException notFound(UUID id) {
        return new NotFoundException("webhook", id.toString());
    }

    private void record(
            String action, Webhook webhook, @Nullable Map<String, ?> before, @Nullable Map<String, ?> after) {
        audit.record(new NewAuditEntry(action, "webhook", webhook.id().toString(), webhook.projectId(), before, after));
        LOG.info(
                action.replace('.', ' ').replace('_', ' '),
                "webhook_id",
                webhook.id(),
                "project_id",
                webhook.projectId());
    }

    private static Map<String, Object> state(Webhook webhook) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("events", webhook.events());
        state.put("enabled", webhook.enabled());
        state.put("disabled_reason", webhook.disabledReason());
        state.put("version", webhook.version());
        return state;
    }
}
