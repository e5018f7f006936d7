package io.sluice.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reads a stream of events as a browser's EventSource would, on a thread of its own, until it is closed or ended. */
public final class EventReader implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final InputStream body;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile String lastId;
    private volatile int comments;
    private volatile boolean ended;

    /** One event: its place, its name and its JSON. */
    public record Received(long id, String event, JsonNode data) {}

    private EventReader(InputStream body) {
        this.body = body;
    }

    /** Connects; {@code lastEventId} null: from now on. Returns once the server has said where the stream begins. */
    public static EventReader open(URI baseUri, String token, String query, String lastEventId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(baseUri + "/v1/events" + query))
                .header("Authorization", "Bearer " + token);
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            HttpResponse<InputStream> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                throw new AssertionError(
                        answer.statusCode() + " " + new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
            }
            EventReader reader = new EventReader(answer.body());
            Thread thread = new Thread(reader::read, "event-reader");
            thread.setDaemon(true);
            thread.start();
            return reader;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String id = null;
            String event = null;
            String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.startsWith(":")) {
                    comments++;
                } else if (line.isEmpty()) {
                    // Only now: who is closed within an event has not had it, and must get it when he comes back.
                    lastId = id;
                    if (data != null) {
                        received.add(new Received(Long.parseLong(id), event, MAPPER.readTree(data)));
                        data = null;
                    }
                }
            }
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(notJson);
        } catch (IOException closed) {
            // By us or by the server: over in both cases.
        } finally {
            ended = true;
        }
    }

    /** What has come so far, in the order in which it came. */
    public List<Received> received() {
        return received;
    }

    /** Of the events so far, those of one project. */
    public List<Received> of(String project) {
        return received.stream()
                .filter(each -> each.data().path("project_id").asText().equals(project))
                .toList();
    }

    /** Where a reader that connects again goes on; null before anything has come. */
    public String lastId() {
        return lastId;
    }

    public int comments() {
        return comments;
    }

    public boolean ended() {
        return ended;
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException gone) {
            // That is what was wanted.
        }
    }
}
