package io.sluice.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.sluice.InvalidInputException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Looks once over a document for what no member may hold, whatever its type. */
final class JsonScan {
    /** The largest integer that every JSON reader keeps exactly. */
    private static final long LARGEST = (1L << 53) - 1;

    private static final int DEEPEST = 64;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNumberLength(100)
                    .maxNameLength(1_000)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;
    private final Deque<Set<String>> namesByObject = new ArrayDeque<>();

    private JsonScan(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * Lets a document pass that is one JSON value, at most 64 levels deep, without repeated members, integers beyond
     * 2^53-1, fractions beyond a double's range, NUL characters and halves of surrogate pairs.
     *
     * @throws InvalidInputException otherwise
     */
    static void check(String document) {
        try (JsonParser parser = FACTORY.createParser(document)) {
            new JsonScan(parser).run();
        } catch (StreamConstraintsException tooMuch) {
            throw new InvalidInputException(
                    Misfit.WHOLE,
                    "nests deeper than " + DEEPEST + " levels, or holds a number or name that is too long.");
        } catch (JsonProcessingException broken) {
            throw new InvalidInputException(Misfit.WHOLE, "is not valid JSON" + at(broken.getLocation()) + ".");
        } catch (IOException neverFromText) {
            throw new IllegalStateException(neverFromText);
        }
    }

    private static String at(JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private void run() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new InvalidInputException(Misfit.WHOLE, "is required: send a JSON object.");
        }
        int depth = 0;
        do {
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            check(token);
            token = depth == 0 ? null : parser.nextToken();
        } while (token != null);
        if (parser.nextToken() != null) {
            throw new InvalidInputException(Misfit.WHOLE, "goes on after its end; send one JSON value.");
        }
    }

    private void check(JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> namesByObject.push(new HashSet<>());
            case END_OBJECT -> namesByObject.pop();
            case FIELD_NAME -> checkName(parser.currentName());
            case VALUE_STRING -> checkText(parser.getText());
            case VALUE_NUMBER_INT -> checkInteger();
            case VALUE_NUMBER_FLOAT -> checkFraction(parser.getText());
            default -> {}
        }
    }

    private void checkName(String name) {
        checkText(name);
        if (!namesByObject.element().add(name)) {
            throw refused("appears twice; send it once.");
        }
    }

    private void checkText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == 0) {
                throw refused("must not hold the character NUL.");
            }
            if (Character.isHighSurrogate(character)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(character)) {
                throw refused("must not hold half of a surrogate pair.");
            }
        }
    }

    private void checkInteger() throws IOException {
        boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && Math.abs(parser.getLongValue()) <= LARGEST
                && parser.getLongValue() != Long.MIN_VALUE;
        if (!fits) {
            throw refused("must lie between -" + LARGEST + " and " + LARGEST + ".");
        }
    }

    private void checkFraction(String text) {
        double value = Double.parseDouble(text);
        boolean vanishes =
                value == 0 && text.split("[eE]", 2)[0].chars().anyMatch(digit -> digit > '0' && digit <= '9');
        if (Double.isInfinite(value) || vanishes) {
            throw refused("must be a number in the range of a double.");
        }
    }

    private InvalidInputException refused(String message) {
        return new InvalidInputException(path(parser.getParsingContext()), message);
    }

    private static String path(JsonStreamContext innermost) {
        StringBuilder path = new StringBuilder();
        for (JsonStreamContext at = innermost; at != null && !at.inRoot(); at = at.getParent()) {
            if (at.inArray()) {
                path.insert(0, "[" + at.getCurrentIndex() + "]");
            } else if (at.getCurrentName() != null) {
                path.insert(0, (at.getParent().inRoot() ? "" : ".") + at.getCurrentName());
            }
        }
        return path.isEmpty() ? Misfit.WHOLE : printable(path.toString());
    }

    /** Names come from the caller: a problem document shows them, but not what cannot be shown, nor all of a long one. */
    private static String printable(String path) {
        String shown = path.replaceAll("[^\\p{Print}]", "?");
        return shown.length() <= 200 ? shown : shown.substring(0, 200) + "...";
    }
}
