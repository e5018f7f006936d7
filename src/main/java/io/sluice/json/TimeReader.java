package io.sluice.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/** Reads an instant only from an RFC 3339 text; the platform's own reader also takes digits and empty texts. */
final class TimeReader extends StdScalarDeserializer<Instant> {
    private static final long serialVersionUID = 1L;

    TimeReader() {
        super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            throw context.weirdStringException(String.valueOf(parser.getText()), Instant.class, "no text");
        }
        try {
            return Times.parse(parser.getText());
        } catch (DateTimeException noTime) {
            throw context.weirdStringException(parser.getText(), Instant.class, "no time");
        }
    }
}
