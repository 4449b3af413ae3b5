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

/** The appliance as people run it: a process of its own, from jars, with the launcher's flags and a class archive. */
public final class InstalledAppliance {
    /** The launchers' own. */
    private static final Path FLAGS = Path.of("..", "image", "dist", "lib", "server.flags");

    private final List<String> program;
    private final List<String> mainArguments;
    private final List<String> archiveOptions;

    private InstalledAppliance(List<String> program, List<String> main, List<String> archive) {
        this.program = program;
        this.mainArguments = main;
        this.archiveOptions = archive;
    }

    /** The package that {@code mvn -Pdist verify} made, or that was unpacked, in {@code folder}. */
    public static InstalledAppliance fromPackage(Path folder) {
        return new InstalledAppliance(List.of(folder.resolve("bin/kruxos").toString()), List.of(), List.of());
    }

    /** Packs this class path into {@code folder} and lets a first run there, on a home of its own, make the archive. */
    public static InstalledAppliance packInto(Path folder) throws IOException, InterruptedException {
        return packInto(folder, System.getProperty("java.class.path"), List.of());
    }

    /** The same from another class path, or with flags behind the launcher's. */
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

    /** From this class path as it lies, for who starts it but once or twice: slower, but with nothing to prepare. */
    public static InstalledAppliance fromClassPath() {
        return create(System.getProperty("java.class.path"), List.of(), List.of());
    }

    /** The same with a part missing: no jar whose name begins so. */
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

    /** A prepared home whose agents come to {@code port}. */
    public static HomeDirectory prepareHome(Path folder, int port) throws IOException {
        var home = new HomeDirectory(folder);
        HomeInitializer.initialize(home, KeyFiles.in(home.folder()), InstantSource.system());
        Files.writeString(home.config(), "gateway:\n  port: " + port + "\napi:\n  port: 0\ndashboard:\n  port: 0\n");
        return home;
    }

    /** Starts it; what it says comes out with what we say. */
    public Process serve(HomeDirectory home) throws IOException {
        return serve(home, Map.of());
    }

    /** The same, with variables of whoever starts it. */
    public Process serve(HomeDirectory home, Map<String, String> environment) throws IOException {
        return start(home, archiveOptions, environment);
    }

    /** Waits until it answers on its admin socket. */
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

    /** Starts it; what it says goes to a file. */
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
