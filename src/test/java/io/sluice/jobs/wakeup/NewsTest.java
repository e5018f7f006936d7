package io.sluice.jobs.wakeup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewsTest {
    private static final News A = News.of(Set.of("a"));
    private static final News B = News.of(Set.of("b"));

    @Test
    void typesAreGathered() {
        assertThat(A.and(B)).isEqualTo(News.of(Set.of("a", "b")));
        assertThat(News.NONE.and(A)).isEqualTo(A);
    }

    @Test
    void anyTypeTakesInAllOthers() {
        assertThat(A.and(News.ALL)).isEqualTo(News.ALL);
        assertThat(News.ALL.and(A)).isEqualTo(News.ALL);
    }

    @Test
    void manyTypesAreAnyType() {
        Set<String> many = IntStream.range(0, 17).mapToObj(i -> "type" + i).collect(Collectors.toSet());
        assertThat(News.of(many)).isEqualTo(News.ALL);
        many.remove("type0");
        assertThat(News.of(many).and(News.of(Set.of("type0")))).isEqualTo(News.ALL);
    }

    @Test
    void anotherNodeUnderstandsWhatIsSaid() {
        assertThat(News.said(A.and(B).word())).isEqualTo(A.and(B));
        assertThat(News.said(News.ALL.word())).isEqualTo(News.ALL);
    }

    @Test
    void aPersonMayNameATypeTwice() {
        assertThat(News.said("a,b,a")).isEqualTo(A.and(B));
    }

    @Test
    void aWordWithoutTypesMeansAnyTypeAsOlderNodesAndPeopleSayIt() {
        assertThat(News.said("")).isEqualTo(News.ALL);
    }
}
