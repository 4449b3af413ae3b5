package com.kruxos.peers;

import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.vault.KeyFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The appliance as it is installed: a process from jars, with the launcher's flags and a class archive. */
public final class InstalledAppliance {
    /** The flags of the launchers. */
    private static final Path FLAGS = Path.of("..", "image", "dist", "lib", "server.flags");

    private final List<String> program;
    private final List<String> mainArguments;
    private final List<String> archiveOptions;

    private InstalledAppliance(List<String> program, List<String> main, List<String> archive) {
        this.program = program;
        this.mainArguments = main;
        this.archiveOptions = archive;
    }

    /** The package in {@code folder}, made by {@code mvn -Pdist verify} or unpacked. */
    public static InstalledAppliance fromPackage(Path folder) {
        return new InstalledAppliance(List.of(folder.resolve("bin/kruxos").toString()), List.of(), List.of());
    }

    /** Packs this class path into {@code folder} and makes the class archive with a first run on its own home. */
    public static InstalledAppliance packInto(Path folder) throws IOException, InterruptedException {
        return packInto(folder, System.getProperty("java.class.path"), List.of());
    }

    /** From another class path, or with flags after the launcher's. */
    public static InstalledAppliance packInto(Path folder, String classPath, List<String> flags)
            throws IOException, InterruptedException {
        var places = new ArrayList<String>();
        for (var place : classPath.split(File.pathSeparator, -1)) {
            places.add(
                    Files.isDirectory(Path.of(place))
                            ? packJar(Path.of(place), folder.resolve("classes-" + places.size() + ".jar"))
                            : place);
        }
        var archive = folder.resolve("kruxos.jsa");
        var made = create(String.join(File.pathSeparator, places), flags, List.of("-XX:SharedArchiveFile=" + archive));
        var home = prepareHome(folder.resolve("first-home"), 0);
        var first = made.start(home, List.of("-XX:ArchiveClassesAtExit=" + archive), Map.of());
        try {
            awaitReady(home);
        } finally {
            first.destroy();
        }
        if (!first.waitFor(60, TimeUnit.SECONDS) || !Files.exists(archive)) {
            first.destroyForcibly();
            throw new IllegalStateException("the first run made no class archive");
        }
        return made;
    }

    /** From the unpacked class path: starts more slowly, but needs no preparation. */
    public static InstalledAppliance fromClassPath() {
        return create(System.getProperty("java.class.path"), List.of(), List.of());
    }

    /** Without the jars whose names start like this. */
    public static InstalledAppliance withoutJar(String jar) {
        var places = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(place -> !place.contains(File.separator + jar));
        return create(places.collect(Collectors.joining(File.pathSeparator)), List.of(), List.of());
    }

    private static InstalledAppliance create(String classPath, List<String> flags, List<String> archive) {
        var program = new ArrayList<String>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.add("@" + FLAGS);
        program.addAll(flags);
        return new InstalledAppliance(program, List.of("-cp", classPath, "com.kruxos.Main"), archive);
    }

    /** Prepares a home with this port for agents. */
    public static HomeDirectory prepareHome(Path folder, int port) throws IOException {
        var home = new HomeDirectory(folder);
        HomeInitializer.initialize(home, KeyFiles.in(home.folder()), InstantSource.system());
        Files.writeString(home.config(), "gateway:\n  port: " + port + "\napi:\n  port: 0\ndashboard:\n  port: 0\n");
        return home;
    }

    /** Starts it with our output. */
    public Process serve(HomeDirectory home) throws IOException {
        return serve(home, Map.of());
    }

    /** Starts it with further environment variables. */
    public Process serve(HomeDirectory home, Map<String, String> environment) throws IOException {
        return start(home, archiveOptions, environment);
    }

    /** Waits until the admin socket responds. */
    public static void awaitReady(HomeDirectory home) {
        var api = new AdminSocketClient(home.folder());
        TestAppliance.await(
                () -> {
                    try {
                        return api.get("/status").status() == 200;
                    } catch (RuntimeException e) {
                        return false;
                    }
                },
                () -> "the appliance to answer");
    }

    /** Starts it with its output in a file. */
    public Process serve(HomeDirectory home, Path output) throws IOException {
        return builder(home, archiveOptions, Map.of())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private Process start(HomeDirectory home, List<String> more, Map<String, String> environment) throws IOException {
        return builder(home, more, environment).inheritIO().start();
    }

    private ProcessBuilder builder(HomeDirectory home, List<String> more, Map<String, String> environment) {
        var command = new ArrayList<>(program);
        command.addAll(more);
        command.addAll(mainArguments);
        command.addAll(List.of("serve", "--home", home.folder().toString()));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static String packJar(Path classes, Path jar) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                var files = Files.walk(classes)) {
            files.filter(Files::isRegularFile).forEach(file -> {
                try {
                    out.putNextEntry(
                            new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                    Files.copy(file, out);
                    out.closeEntry();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return jar.toString();
    }
}
