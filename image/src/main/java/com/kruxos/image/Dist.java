package com.kruxos.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Builds the package for this platform; {@code mvn -Pdist verify} calls it. */
public final class Dist {
    private Dist() {}

    /** Arguments: the project's folder, the version, and the timestamp of all files. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var project = Path.of(arguments[0]);
        var image = project.resolve("image");
        var machine = TargetPlatform.here();
        var name = "kruxos-" + arguments[1];
        var time = FileTime.from(Instant.parse(arguments[2]));
        var layout = new PackageLayout(image.resolve("target").resolve(name));

        layout.clear();
        layout.copy(image.resolve("dist"), jars(image.resolve("target/lib")), papers(project));
        layout.unpackEngine(machine.sqliteName());
        LinkedRuntime.link(layout.jars().toList(), layout.runtime());
        FileTrees.settle(layout.root(), time);
        AotTraining.run(layout, image.resolve("target/training.log"));
        FileTrees.settle(layout.root(), time);
        TarArchive.pack(
                layout.root(), image.resolve("target/" + name + "-linux-" + machine.archiveSuffix() + ".tar.gz"), time);
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** The SBOM comes from the root build. */
    private static List<Path> papers(Path project) {
        return Stream.of("LICENSE", "NOTICE", "target/bom.json", "docs/kruxos.example.yaml")
                .map(project::resolve)
                .toList();
    }
}
