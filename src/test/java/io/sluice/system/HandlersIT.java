package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testkit.SharedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Every job type of the shipped WAR is what its line in the table of job types says, and has a page and a line in the README. */
class HandlersIT {
    private static final Path DOCS = Path.of("src/docs");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\(([^)]+)\\)");

    @Test
    void everyJobTypeIsAsThePageSays() throws IOException {
        Map<String, JsonNode> types = new TreeMap<>();
        SharedServer.operator()
                .get("/v1/job-types?limit=200")
                .expect(200)
                .json()
                .path("items")
                .forEach(type -> types.put(type.path("type").asText(), type));
        Map<String, List<String>> rows = rows();
        assertThat(rows.keySet()).isEqualTo(types.keySet());
        SoftAssertions softly = new SoftAssertions();
        for (Map.Entry<String, JsonNode> each : types.entrySet()) {
            compare(softly, each.getKey(), each.getValue(), rows.get(each.getKey()));
        }
        softly.assertAll();
    }

    private static void compare(SoftAssertions softly, String type, JsonNode shown, List<String> row)
            throws IOException {
        JsonNode schema = shown.path("payload_schema");
        softly.assertThat(shown.path("description").asText()).as(type).isNotBlank();
        softly.assertThat(schema.path("type").asText()).as(type).isEqualTo("object");
        softly.assertThat(schema.path("additionalProperties").asBoolean(true))
                .as(type)
                .isFalse();
        TreeSet<String> members = new TreeSet<>();
        schema.path("properties").fieldNames().forEachRemaining(members::add);
        TreeSet<String> told = new TreeSet<>();
        codes(row.get(2)).forEach(member -> told.add(member.replace("?", "")));
        softly.assertThat(told).as("payload of " + type).isEqualTo(members);
        softly.assertThat(row.get(3))
                .as("attempts of " + type)
                .isEqualTo(shown.at("/retry_policy/max_attempts").asText());
        softly.assertThat(seconds(row.get(4)))
                .as("time of " + type)
                .isEqualTo(shown.path("timeout_seconds").asDouble());
        String operations = Files.readString(DOCS.resolve("operations.md"));
        softly.assertThat(codes(row.get(6))).as("metrics of " + type).isNotEmpty();
        for (String metric : codes(row.get(6))) {
            softly.assertThat(operations).as("metric of " + type).contains(metric);
        }
        Matcher page = LINK.matcher(row.get(7));
        softly.assertThat(page.find()).as("page of " + type).isTrue();
        String named = Files.readString(DOCS.resolve(page.group(1)));
        softly.assertThat(named).as("page of " + type).contains(type);
        String readme = Files.readString(Path.of("README.md"));
        softly.assertThat(readme.contains("src/docs/" + page.group(1)) || readme.contains(type))
                .as("README of " + type)
                .isTrue();
    }

    /** The cells of each line of the page's table, by type. */
    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String line : Files.readAllLines(DOCS.resolve("jobs.md"))) {
            if (line.startsWith("| `")) {
                List<String> cells = new ArrayList<>(Arrays.asList(line.split("\\|")));
                cells.remove(0);
                cells.replaceAll(String::strip);
                rows.put(codes(cells.get(0)).get(0), cells);
            }
        }
        return rows;
    }

    private static List<String> codes(String cell) {
        return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
    }

    private static double seconds(String told) {
        String[] parts = told.split(" ");
        return Double.parseDouble(parts[0])
                * Map.of("s", 1, "min", 60, "h", 3600).get(parts[1]);
    }
}
