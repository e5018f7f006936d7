package io.sluice.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** The beginning of an answer's body, as something that can be stored and shown. */
final class Excerpt {
    private static final int MOST_BYTES = 1024;

    private Excerpt() {}

    /** Reads at most {@value #MOST_BYTES} bytes; what follows is neither read nor waited for. */
    static String of(@Nullable HttpEntity entity) throws IOException {
        InputStream body = entity == null ? null : entity.getContent();
        if (body == null) {
            return "";
        }
        String text = new String(body.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        return text.replaceAll("[\\p{Cntrl}\\uFFFD]+", " ").strip();
    }
}
