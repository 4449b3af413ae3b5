package com.kruxos.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options every command takes. Filled while the command line is read, by one thread. */
final class GlobalOptions {
    private boolean json;
    private boolean quiet;
    private @Nullable String home;
    private @Nullable String url;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the API's answer as JSON.")
    void json(boolean wanted) {
        json = wanted;
    }

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Print what was asked for, and nothing around it.")
    void quiet(boolean wanted) {
        quiet = wanted;
    }

    @Option(
            names = "--home",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The appliance's home; else KRUXOS_HOME, else ~/.kruxos.")
    void home(@Nullable String folder) {
        home = folder;
    }

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Ask at this port, http://127.0.0.1:7703, as KRUXOS_USER_TOKEN; else KRUXOS_URL.")
    void url(@Nullable String address) {
        url = address;
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Print this help.")
    void help(boolean wanted) {
        // picocli itself prints the help and runs nothing.
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
