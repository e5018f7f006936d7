package io.sluice.projects;

import static io.sluice.projects.ProjectStatus.ACTIVE;
import static io.sluice.projects.ProjectStatus.ARCHIVED;
import static io.sluice.projects.ProjectStatus.CREATED;
import static io.sluice.projects.ProjectStatus.DELETED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ProjectStatusTest {
    private record Step(ProjectStatus from, ProjectStatus to) {}

    private static final Set<Step> LEGAL = Set.of(
            new Step(CREATED, ACTIVE),
            new Step(CREATED, DELETED),
            new Step(ACTIVE, ARCHIVED),
            new Step(ACTIVE, DELETED),
            new Step(ARCHIVED, ACTIVE),
            new Step(ARCHIVED, DELETED));

    @Test
    void allowsExactlyTheseSteps() {
        Set<Step> allowed = Arrays.stream(ProjectStatus.values())
                .flatMap(from -> from.next().stream().map(to -> new Step(from, to)))
                .collect(Collectors.toSet());
        assertThat(allowed).isEqualTo(LEGAL);
    }

    @Test
    void readsItsOwnWordsOnly() {
        for (ProjectStatus status : ProjectStatus.values()) {
            assertThat(ProjectStatus.of(status.word())).contains(status);
            assertThat(ProjectStatus.of(status.name())).isEmpty();
        }
    }
}
