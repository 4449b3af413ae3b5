package com.kruxos.launcher;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Command lines, the main each is for, and what that main is given; the same from a checkout and from the package. */
final class LauncherCommandLines {
    private LauncherCommandLines() {}

    static Stream<Arguments> all() {
        return """
                agent list                   | com.kruxos.cli.Kruxos      | agent list
                                             | com.kruxos.cli.Kruxos      |
                --help                       | com.kruxos.cli.Kruxos      | --help
                up                           | com.kruxos.firstboot.UpCommand    |
                up --demo --once             | com.kruxos.firstboot.UpCommand    | --demo --once
                --home x up --demo           | com.kruxos.firstboot.UpCommand    | --home x --demo
                --home up up --quiet         | com.kruxos.firstboot.UpCommand    | --home up --quiet
                --home=x up                  | com.kruxos.firstboot.UpCommand    | --home=x
                setup --console              | com.kruxos.firstboot.SetupCommand | --console
                serve --port-offset 10       | com.kruxos.Main            | serve --port-offset 10
                audit verify                 | com.kruxos.cli.Kruxos      | audit verify
                audit verify --file f        | com.kruxos.Main            | audit verify --file f
                audit verify --file=f --json | com.kruxos.Main            | audit verify --file=f --json
                --json audit verify --file f | com.kruxos.Main            | --json audit verify --file f
                server add up -- serve       | com.kruxos.cli.Kruxos      | server add up -- serve
                --home up agent list         | com.kruxos.cli.Kruxos      | --home up agent list
                """.lines()
                .map(line -> line.split("\\|", -1))
                .map(parts -> Arguments.of(parts[0].strip(), parts[1].strip(), parts[2].strip()));
    }

    static String[] words(String line) {
        return line.isEmpty() ? new String[0] : line.split(" ");
    }
}
