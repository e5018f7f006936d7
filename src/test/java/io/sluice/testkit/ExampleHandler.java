package io.sluice.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
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
    private static final Path CLASSES = Path.of("target/example-handler");

    private ExampleHandler() {}

    /** Its jar. */
    public static JavaArchive jar() {
        Path classes = compile("main");
        JavaArchive jar = ShrinkWrap.create(JavaArchive.class, "greetings.jar")
                .addAsManifestResource(
                        PROJECT.resolve("src/main/resources/META-INF/beans.xml").toFile(), "beans.xml");
        for (Path file : files(classes, ".class")) {
            jar.addAsResource(file.toFile(), classes.relativize(file).toString());
        }
        return jar;
    }

    /** Its test class, loaded with the test kit. */
    public static Class<?> test(String name) {
        try {
            URL[] path = {
                compile("main").toUri().toURL(),
                compile("test").toUri().toURL(),
                KIT.toUri().toURL()
            };
            return Class.forName(name, true, new URLClassLoader(path, ExampleHandler.class.getClassLoader()));
        } catch (MalformedURLException | ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Path compile(String part) {
        Path classes = CLASSES.resolve(part);
        List<String> arguments = new ArrayList<>(List.of(
                "-parameters", "-proc:none", "--release", "17", "-d", classes.toString(), "-classpath", classPath()));
        files(PROJECT.resolve("src").resolve(part), ".java").forEach(file -> arguments.add(file.toString()));
        int exit = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (exit != 0) {
            throw new AssertionError("The example's " + part + " sources do not compile against " + KIT + ".");
        }
        return classes;
    }

    private static String classPath() {
        String libraries = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("classes"))
                .collect(Collectors.joining(File.pathSeparator));
        return KIT + File.pathSeparator + CLASSES.resolve("main") + File.pathSeparator + libraries;
    }

    private static List<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
