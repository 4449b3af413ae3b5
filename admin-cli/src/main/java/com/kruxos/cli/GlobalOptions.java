package com.kruxos.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of all commands. Set by picocli, in one thread. */
final class GlobalOptions {
    private boolean json;
    private boolean quiet;
    private @Nullable String home;
    private @Nullable String url;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the API's response as JSON.")
    void json(boolean wanted) {
        json = wanted;
    }

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Print the result only, without notes.")
    void quiet(boolean wanted) {
        quiet = wanted;
    }

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Home directory. Default: KRUXOS_HOME, then ~/.kruxos.")
    void home(@Nullable String folder) {
        home = folder;
    }

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description =
                    "API address, as http://127.0.0.1:7703, with the token in KRUXOS_USER_TOKEN. Default: KRUXOS_URL.")
    void url(@Nullable String address) {
        url = address;
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Print this help.")
    void help(boolean wanted) {
        // picocli prints the help.
    }

    boolean json() {
        return json;
    }

    boolean quiet() {
        return quiet;
    }

    @Nullable
    String home() {
        return home;
    }

    @Nullable
    String url() {
        return url;
    }
}
