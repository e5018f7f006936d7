package io.sluice.access;

import io.sluice.NotFoundException;
import jakarta.enterprise.context.RequestScoped;
import java.util.List;
import java.util.Optional;

/** Who sent the present request, and which projects exist for it. Set once by the authentication. */
@RequestScoped
public class Caller {
    private String tokenId = "";
    private String role = "";
    private Optional<List<String>> projects = Optional.of(List.of());

    /** Called once, before anything else sees the request. */
    void identify(Identity identity) {
        tokenId = identity.tokenId();
        role = identity.role();
        projects = identity.projects();
    }

    /** The id of the access token; {@code bootstrap} for the configured one, empty before authentication. */
    public String tokenId() {
        return tokenId;
    }

    /** The role, one of {@link Roles}; empty before authentication. */
    public String role() {
        return role;
    }

    /** The only projects that exist for this caller; empty: all of them. */
    public Optional<List<String>> projects() {
        return projects;
    }

    /** Whether the project, existing or not, lies in what this caller may see. */
    public boolean sees(String projectId) {
        return projects.map(visible -> visible.contains(projectId)).orElse(true);
    }

    /**
     * Lets a caller past who may see the project.
     *
     * @throws NotFoundException otherwise: another tenant's project does not exist for this caller
     */
    public void requireProject(String projectId) {
        if (!sees(projectId)) {
            throw new NotFoundException("project", projectId);
        }
    }
}
