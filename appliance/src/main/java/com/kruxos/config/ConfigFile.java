package com.kruxos.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code kruxos.yaml}. A missing setting has its default; an unknown setting is an error. */
public final class ConfigFile {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1");
    private static final int MAX_FILE_SIZE = 256 << 10;
    private static final int MAX_LIST_SIZE = 64;
    private static final Map<String, Config.LaunchMode> LAUNCH_MODES =
            Map.of("auto", Config.LaunchMode.AUTO, "plain", Config.LaunchMode.PLAIN, "units", Config.LaunchMode.UNITS);
    private static final Duration MAX_DRAIN = Duration.ofMinutes(5);
    /** The maximum of {@code calls.longest}, as a multiple of its default. */
    private static final int MAX_CALL_FACTOR = 8;

    private ConfigFile() {}

    /**
     * Reads {@code file}; returns the defaults if it does not exist.
     *
     * @throws InvalidConfig with all errors of the file
     */
    public static Config read(Path file) {
        var faults = new ArrayList<String>();
        var root = new ConfigSection("", readMapping(file, faults), faults);
        var config = config(root);
        root.rejectUnreadKeys();
        if (!faults.isEmpty()) {
            throw new InvalidConfig(file.toString(), faults);
        }
        return config;
    }

    private static Config config(ConfigSection root) {
        var standard = Config.defaults();
        return new Config(
                gateway(root.section("gateway"), standard.gateway()),
                calls(root.section("calls"), standard.calls()),
                policy(root.section("policy")),
                names(root),
                api(root.section("api"), standard.api()),
                dashboard(root.section("dashboard"), standard.dashboard()),
                root.strings("private_hosts"),
                certificates(root),
                children(root.section("children"), standard.children()));
    }

    private static Config.ChildProcessConfig children(ConfigSection section, Config.ChildProcessConfig standard) {
        var wanted = section.string("launch", "auto");
        var launch = LAUNCH_MODES.get(wanted);
        if (launch == null) {
            section.addError("launch", "must be auto, plain or units");
        }
        var children = new Config.ChildProcessConfig(
                launch == null ? standard.launch() : launch, section.flag("network", standard.network()));
        if (launch == Config.LaunchMode.PLAIN && !children.network()) {
            section.addError("network", "can only be false with systemd units (launch: auto or units)");
        }
        section.rejectUnreadKeys();
        return children;
    }

    /** Limited, because all names go into the certificate. */
    private static Set<String> names(ConfigSection root) {
        var names = root.strings("names");
        if (names.size() > MAX_LIST_SIZE) {
            root.addError("names", "must be at most " + MAX_LIST_SIZE + " names");
        }
        return names;
    }

    private static List<Path> certificates(ConfigSection root) {
        var files = root.strings("trusted_certificates").stream().sorted().toList();
        if (files.size() > MAX_LIST_SIZE) {
            root.addError("trusted_certificates", "must be at most " + MAX_LIST_SIZE + " files");
        }
        var paths = new ArrayList<Path>();
        for (var file : files) {
            if (file.startsWith("/") && file.indexOf('\0') < 0) {
                paths.add(Path.of(file));
            } else {
                root.addError("trusted_certificates", "must be a list of absolute paths");
            }
        }
        return paths;
    }

    private static Config.GatewayConfig gateway(ConfigSection section, Config.GatewayConfig standard) {
        var gateway = new Config.GatewayConfig(
                section.string("bind", standard.bind()),
                section.number("port", standard.port(), 0, 65_535),
                section.flag("token_in_url", standard.tokenInUrl()),
                section.size("max_message", standard.maxMessageBytes(), 64 << 10, 64 << 20),
                section.duration("session_idle", standard.sessionIdleTimeout(), Duration.ofHours(24)),
                section.flag("plain", standard.allowPlaintext()));
        section.rejectUnreadKeys();
        return gateway;
    }

    /** Loopback only, because this listener has no TLS and its tokens may do everything. */
    private static Config.ApiConfig api(ConfigSection section, Config.ApiConfig standard) {
        var api = new Config.ApiConfig(
                section.string("bind", standard.bind()), section.number("port", standard.port(), 0, 65_535));
        if (!LOOPBACK.contains(api.bind())) {
            section.addError(
                    "bind",
                    "must be 127.0.0.1 or ::1, because the API is for this machine only;"
                            + " from another machine use ssh -L " + api.port() + ":127.0.0.1:" + api.port());
        }
        section.rejectUnreadKeys();
        return api;
    }

    private static Config.DashboardConfig dashboard(ConfigSection section, Config.DashboardConfig standard) {
        var dashboard = new Config.DashboardConfig(
                section.string("bind", standard.bind()), section.number("port", standard.port(), 0, 65_535));
        section.rejectUnreadKeys();
        return dashboard;
    }

    private static Config.CallLimits calls(ConfigSection section, Config.CallLimits standard) {
        var calls = new Config.CallLimits(
                section.duration("timeout", standard.timeout(), standard.maxDuration()),
                section.duration(
                        "longest",
                        standard.maxDuration(),
                        standard.maxDuration().multipliedBy(MAX_CALL_FACTOR)),
                section.duration("drain", standard.drainTimeout(), MAX_DRAIN));
        section.rejectUnreadKeys();
        return calls;
    }

    private static Config.PolicyRules policy(ConfigSection section) {
        var byDefault = section.string("default", "allow");
        if (!byDefault.equals("allow") && !byDefault.equals("block")) {
            section.addError("default", "must be allow or block");
        }
        var rules = new ArrayList<Config.PolicyRule>();
        for (var entry : section.sections("rules")) {
            if (entry.has("allow") == entry.has("block")) {
                entry.addError("allow", "a rule has either allow or block");
            }
            var allow = entry.has("allow");
            var target = entry.section(allow ? "allow" : "block");
            rules.add(new Config.PolicyRule(
                    allow, target.string("agent", "*"), target.string("server", "*"), target.string("tool", "*")));
            target.rejectUnreadKeys();
            entry.rejectUnreadKeys();
        }
        section.rejectUnreadKeys();
        return new Config.PolicyRules(byDefault.equals("allow"), rules);
    }

    private static Map<?, ?> readMapping(Path file, List<String> faults) {
        try {
            if (Files.size(file) > MAX_FILE_SIZE) {
                faults.add("the file is longer than " + (MAX_FILE_SIZE >> 10) + " KiB");
                return Map.of();
            }
            var content = Yaml.read(Files.readAllBytes(file));
            if (content instanceof Map<?, ?> map) {
                return map;
            }
            if (content != null) {
                faults.add("the file must be a mapping");
            }
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            faults.add("cannot be read: " + e.getClass().getSimpleName());
        } catch (Yaml.InvalidYaml e) {
            var why = String.valueOf(e.getMessage());
            faults.add("is not valid YAML" + (e.line() == 0 ? "" : ", line " + e.line())
                    + (why.isEmpty() ? "" : ": " + why));
        }
        return Map.of();
    }
}
