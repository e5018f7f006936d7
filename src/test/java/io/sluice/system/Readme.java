package io.sluice.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tour of the README: commands, each with the answer printed below it. */
final class Readme {
    private static final Pattern TOUR = Pattern.compile("## A tour.*?(?=\n## )", Pattern.DOTALL);
    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```\n(?:```json\n(.*?)```\n)?", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TIME = Pattern.compile("\"20[0-9-]{8}T[0-9:.]+Z\"");
    private static final Pattern DURATION = Pattern.compile("\"duration_ms\": ?[0-9]+");
    private static final Pattern WORKER = Pattern.compile("\"worker\": ?\"[^\"]*\"");
    private static final Pattern CURSOR = Pattern.compile("\"next_cursor\": ?\"[^\"]*\"");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * One step.
     *
     * @param commands lines of bash
     * @param answer the JSON that they print, or empty when nothing is shown
     */
    record Step(String commands, String answer) {}

    private Readme() {}

    static List<Step> tour() throws IOException {
        Matcher tour = TOUR.matcher(Files.readString(Path.of("README.md")));
        if (!tour.find()) {
            throw new IllegalStateException("README.md has no tour.");
        }
        List<Step> steps = new ArrayList<>();
        Matcher block = BLOCK.matcher(tour.group());
        while (block.find()) {
            steps.add(new Step(block.group(1), block.group(2) == null ? "" : block.group(2)));
        }
        return steps;
    }

    /** The JSON with everything that differs from run to run made the same. */
    static JsonNode normalised(String json) {
        String text = ID.matcher(json).replaceAll("some-id");
        text = TIME.matcher(text).replaceAll("\"some-time\"");
        text = DURATION.matcher(text).replaceAll("\"duration_ms\": 0");
        text = CURSOR.matcher(text).replaceAll("\"next_cursor\": \"more\"");
        text = WORKER.matcher(text).replaceAll("\"worker\": \"some-node\"");
        try {
            JsonNode answer = MAPPER.readTree(text);
            if (answer instanceof ObjectNode job && job.has("history")) {
                // The crossing's job usually decides, but the schedule's may come first.
                job.remove(List.of("payload", "project_id", "schedule"));
            }
            return answer;
        } catch (JsonProcessingException e) {
            throw new AssertionError("No JSON: " + json, e);
        }
    }
}
