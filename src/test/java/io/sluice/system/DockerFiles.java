package io.sluice.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the Dockerfile and the compose file say, laid out in a folder instead of an image. */
final class DockerFiles {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(:[-?]([^}]*))?}");

    private final List<String> finalStage;
    private final Path folder;

    private DockerFiles(List<String> finalStage, Path folder) {
        this.finalStage = finalStage;
        this.folder = folder;
    }

    /** Copies into {@code folder} what the last stage copies into its working directory. */
    static DockerFiles layOut(Path folder) throws IOException {
        String text = Files.readString(Path.of("docker/Dockerfile")).replace("\\\n", " ");
        List<String> lines = text.lines().toList();
        int last = 0;
        for (int i = 0; i < lines.size(); i++) {
            last = lines.get(i).startsWith("FROM ") ? i : last;
        }
        DockerFiles files = new DockerFiles(lines.subList(last, lines.size()), folder);
        for (String copy : files.arguments("COPY")) {
            List<String> words = List.of(copy.split("\\s+"));
            String from = words.get(words.size() - 2);
            // The first stage builds in /src what this build has built here.
            Path source =
                    words.get(0).equals("--from=build") ? Path.of(from.replaceFirst("^/src/", "")) : Path.of(from);
            files.copy(source, folder.resolve(words.get(words.size() - 1)));
        }
        return files;
    }

    private void copy(Path source, Path target) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.toList()) {
                Path to = each.equals(source) ? target : target.resolve(source.relativize(each));
                Files.copy(each, to, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** What follows an instruction, for each time it is used. */
    List<String> arguments(String instruction) {
        return finalStage.stream()
                .map(String::strip)
                .filter(line -> line.startsWith(instruction + " "))
                .map(line -> line.substring(instruction.length() + 1).strip())
                .toList();
    }

    /** The command of an instruction in exec form, with the image's folder replaced by ours. */
    List<String> command(String instruction) {
        String argument = arguments(instruction).get(0);
        try {
            List<String> command = new ArrayList<>();
            for (Object word : new ObjectMapper().readValue(argument.substring(argument.indexOf('[')), List.class)) {
                command.add(word.toString().replace(arguments("WORKDIR").get(0), folder.toString()));
            }
            return command;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Not in exec form: " + argument, e);
        }
    }

    /** A service of the compose file. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> service(String name) throws IOException {
        Map<String, Object> compose = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(Path.of("docker/compose.yaml")));
        return (Map<String, Object>) ((Map<String, Object>) compose.get("services")).get(name);
    }

    /** A service's environment, its variables filled in from {@code shell}. */
    @SuppressWarnings("unchecked")
    static Map<String, String> environment(String service, Map<String, String> shell) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        ((Map<String, Object>) service(service).get("environment"))
                .forEach((name, value) -> environment.put(name, filledIn(value.toString(), shell)));
        return environment;
    }

    private static String filledIn(String value, Map<String, String> shell) {
        Matcher variable = VARIABLE.matcher(value);
        return variable.replaceAll(found -> {
            String set = shell.get(found.group(1));
            if (set == null && (found.group(2) == null || found.group(2).startsWith(":?"))) {
                throw new IllegalStateException(found.group(1) + ": " + found.group(3));
            }
            return Matcher.quoteReplacement(set == null ? found.group(3) : set);
        });
    }
}
