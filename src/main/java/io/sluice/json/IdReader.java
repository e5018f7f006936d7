package io.sluice.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/** Reads an id only in its usual form; the platform's own reader also takes 24 characters of base64. */
final class IdReader extends StdScalarDeserializer<UUID> {
    private static final long serialVersionUID = 1L;

    IdReader() {
        super(UUID.class);
    }

    @Override
    public UUID deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        Optional<UUID> id = parser.hasToken(JsonToken.VALUE_STRING) ? Ids.parse(parser.getText()) : Optional.empty();
        if (id.isEmpty()) {
            throw context.weirdStringException(String.valueOf(parser.getText()), UUID.class, "no id");
        }
        return id.get();
    }
}
