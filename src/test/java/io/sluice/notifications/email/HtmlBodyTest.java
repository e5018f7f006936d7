package io.sluice.notifications.email;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.notifications.Message;
import io.sluice.notifications.Message.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlBodyTest {
    private static final String HOSTILE = "<b a='1' c=\"2\">&{steps}{text}";
    private static final String SAFE = "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;&#123;steps&#125;&#123;text&#125;";

    @Test
    void everyTextIsEscapedWhereverItStands() {
        String html = HtmlBody.of(
                new Message(HOSTILE, HOSTILE, List.of(HOSTILE), List.of(new Fact(HOSTILE, HOSTILE)), List.of(HOSTILE)),
                HOSTILE,
                HOSTILE);
        assertThat(html).doesNotContain("<b a", "{steps}", "{text}", "{");
        assertThat(html.split(java.util.regex.Pattern.quote(SAFE), -1)).hasSize(9);
    }

    @Test
    void partsWithoutContentLeaveNoEmptyTable() {
        String html = HtmlBody.of(new Message("s", "h", List.of("t"), List.of(), List.of()), "f", null);
        assertThat(html).doesNotContain("What to do next", "border-collapse", "<a ");
    }
}
