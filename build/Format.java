import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Formats every Java source of the project, or says which are not formatted.
 *
 * <p>Run by the root build on the JDK 25 toolchain, because the formatter reads source with the compiler of the JDK it
 * runs on and Maven itself may run on an older one. Arguments: {@code check} or {@code apply}, then the root folder.
 */
final class Format {

    public static void main(String[] arguments) throws Exception {
        var apply = arguments[0].equals("apply");
        var root = Path.of(arguments[1]);
        var formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .formatJavadoc(true)
                .build());
        var wrong = new ArrayList<Path>();
        for (var file : sources(root)) {
            var before = Files.readString(file);
            var after = formatter.formatSource(
                    ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(before), JavaFormatterOptions.Style.PALANTIR));
            if (after.equals(before)) {
                continue;
            }
            if (apply) {
                Files.writeString(file, after);
            } else {
                wrong.add(root.relativize(file));
            }
        }
        if (!wrong.isEmpty()) {
            wrong.forEach(file -> System.err.println("not formatted: " + file));
            System.err.println("hint: mvn -N validate -Dformat=apply formats them");
            System.exit(1);
        }
    }

    private static List<Path> sources(Path root) throws Exception {
        var sources = new ArrayList<Path>();
        for (var module : List.of("appliance", "admin-cli", "dashboard", "firstboot", "image")) {
            var folder = root.resolve(module).resolve("src");
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
            }
        }
        return sources;
    }
}
