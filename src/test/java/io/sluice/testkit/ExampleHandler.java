package io.sluice.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/** The example project of a handler, built as its readers would build it: against the test kit's jar, not our classes. */
public final class ExampleHandler {
    private static final Path PROJECT = Path.of("src/docs/example-handler");
    private static final Path KIT = Path.of("target/sluice-testkit.jar");
    private static final Path CLASSES = TestFolder.of("example-handler/classes");

    private ExampleHandler() {}

    /** Its jar. */
    public static JavaArchive jar() {
        compile();
        JavaArchive jar = ShrinkWrap.create(JavaArchive.class, "greetings.jar")
                .addAsManifestResource(
                        PROJECT.resolve("src/main/resources/META-INF/beans.xml").toFile(), "beans.xml");
        for (Path file : files(CLASSES, ".class")) {
            jar.addAsResource(file.toFile(), CLASSES.relativize(file).toString());
        }
        return jar;
    }

    private static void compile() {
        List<String> arguments = new ArrayList<>(List.of(
                "-parameters", "-proc:none", "--release", "17", "-d", CLASSES.toString(), "-classpath", classPath()));
        files(PROJECT.resolve("src/main"), ".java").forEach(file -> arguments.add(file.toString()));
        int exit = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (exit != 0) {
            throw new AssertionError("The example's sources do not compile against " + KIT + ".");
        }
    }

    private static String classPath() {
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return KIT + File.pathSeparator + libraries;
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
