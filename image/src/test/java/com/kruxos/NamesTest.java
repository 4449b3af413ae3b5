package com.kruxos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules for names and package comments that hold for the sources of all modules. */
class NamesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern JDK_CLASS =
            Pattern.compile("/(java/(?:lang|util|io|net|nio|time|security|sql)(?:/\\w+)*/[A-Z]\\w*)\\.class$");
    private static final Pattern PACKAGE_COMMENT = Pattern.compile("(?s).*/\\*\\*[\\s*]+[A-Z{].*\\..*@NullMarked.*");

    @Test
    void aSimpleNameHasOneMeaning() {
        var places = new TreeMap<String, List<Path>>();
        sources()
                .forEach(file -> places.computeIfAbsent(simpleName(file), name -> new ArrayList<>())
                        .add(ROOT.relativize(file)));
        places.values().removeIf(files -> files.size() == 1);
        assertThat(places).isEmpty();
    }

    @Test
    void noNameShadowsAClassOfTheJdk() throws IOException {
        var jdk = jdkNames();
        assertThat(jdk).contains("String", "Path", "Entry").hasSizeGreaterThan(1_000);
        assertThat(sources().map(NamesTest::simpleName).filter(jdk::contains)).isEmpty();
    }

    @Test
    void everyMainPackageHasAComment() {
        var wrong = new TreeSet<Path>();
        sources()
                .filter(file -> file.toString().contains("/src/main/java/"))
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !hasComment(folder.resolve("package-info.java")))
                .forEach(folder -> wrong.add(ROOT.relativize(folder)));
        assertThat(wrong).isEmpty();
    }

    private static Stream<Path> sources() {
        return Stream.of("appliance", "admin-cli", "dashboard", "firstboot", "image")
                .flatMap(module -> walk(ROOT.resolve(module).resolve("src")))
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.endsWith("package-info.java"));
    }

    private static Stream<Path> walk(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasComment(Path packageInfo) {
        try {
            return Files.exists(packageInfo)
                    && PACKAGE_COMMENT.matcher(Files.readString(packageInfo)).matches();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String simpleName(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    /** Simple names of public top-level classes that a reader takes for granted, and {@code Map.Entry}. */
    private static Set<String> jdkNames() throws IOException {
        var modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
        try (var base = Files.walk(modules.resolve("java.base"));
                var sql = Files.walk(modules.resolve("java.sql"))) {
            var names = Stream.concat(base, sql)
                    .map(file -> JDK_CLASS.matcher(file.toString()))
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group(1).replace('/', '.'))
                    .filter(NamesTest::isPublic)
                    .map(name -> name.substring(name.lastIndexOf('.') + 1))
                    .collect(Collectors.toSet());
            names.add("Entry");
            return names;
        }
    }

    private static boolean isPublic(String name) {
        try {
            return Modifier.isPublic(Class.forName(name, false, ClassLoader.getPlatformClassLoader())
                    .getModifiers());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
