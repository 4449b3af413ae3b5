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
    private static final int LONGEST = 256 << 10;
    private static final int MOST_LISTED = 64;
    private static final Map<String, Config.Launching> LAUNCHING =
            Map.of("auto", Config.Launching.AUTO, "plain", Config.Launching.PLAIN, "units", Config.Launching.UNITS);
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(5);
    /** The maximum of {@code calls.longest}, as a multiple of its default. */
    private static final int LONGEST_CALL = 8;

    private ConfigFile() {}

    /**
     * Reads {@code file}; returns the defaults if it does not exist.
     *
     * @throws InvalidConfig with all errors of the file
     */
    public static Config read(Path file) {
        var faults = new ArrayList<String>();
        var root = new Section("", mapping(file, faults), faults);
        var config = config(root);
        root.done();
        if (!faults.isEmpty()) {
            throw new InvalidConfig(file.toString(), faults);
        }
        return config;
    }

    private static Config config(Section root) {
        var standard = Config.defaults();
        return new Config(
                gateway(root.section("gateway"), standard.gateway()),
                calls(root.section("calls"), standard.calls()),
                policy(root.section("policy")),
                names(root),
                api(root.section("api"), standard.api()),
                dashboard(root.section("dashboard"), standard.dashboard()),
                root.words("private_hosts"),
                certificates(root),
                children(root.section("children"), standard.children()));
    }

    private static Config.Children children(Section section, Config.Children standard) {
        var wanted = section.word("launch", "auto");
        var launch = LAUNCHING.get(wanted);
        if (launch == null) {
            section.fault("launch", "must be auto, plain or units");
        }
        var children = new Config.Children(
                launch == null ? standard.launch() : launch, section.flag("network", standard.network()));
        if (launch == Config.Launching.PLAIN && !children.network()) {
            section.fault("network", "can only be false with systemd units (launch: auto or units)");
        }
        section.done();
        return children;
    }

    /** Limited, because all names go into the certificate. */
    private static Set<String> names(Section root) {
        var names = root.words("names");
        if (names.size() > MOST_LISTED) {
            root.fault("names", "must be at most " + MOST_LISTED + " names");
        }
        return names;
    }

    private static List<Path> certificates(Section root) {
        var files = root.words("trusted_certificates").stream().sorted().toList();
        if (files.size() > MOST_LISTED) {
            root.fault("trusted_certificates", "must be at most " + MOST_LISTED + " files");
        }
        var paths = new ArrayList<Path>();
        for (var file : files) {
            if (file.startsWith("/") && file.indexOf('\0') < 0) {
                paths.add(Path.of(file));
            } else {
                root.fault("trusted_certificates", "must be a list of absolute paths");
            }
        }
        return paths;
    }

    private static Config.Gateway gateway(Section section, Config.Gateway standard) {
        var gateway = new Config.Gateway(
                section.word("bind", standard.bind()),
                section.number("port", standard.port(), 0, 65_535),
                section.flag("token_in_url", standard.tokenInUrl()),
                section.size("max_message", standard.maxMessage(), 64 << 10, 64 << 20),
                section.span("session_idle", standard.sessionIdle(), Duration.ofHours(24)),
                section.flag("plain", standard.plain()));
        section.done();
        return gateway;
    }

    /** Loopback only, because this listener has no TLS and its tokens may do everything. */
    private static Config.Api api(Section section, Config.Api standard) {
        var api = new Config.Api(
                section.word("bind", standard.bind()), section.number("port", standard.port(), 0, 65_535));
        if (!LOOPBACK.contains(api.bind())) {
            section.fault(
                    "bind",
                    "must be 127.0.0.1 or ::1, because the API is for this machine only;"
                            + " from another machine use ssh -L " + api.port() + ":127.0.0.1:" + api.port());
        }
        section.done();
        return api;
    }

    private static Config.Dashboard dashboard(Section section, Config.Dashboard standard) {
        var dashboard = new Config.Dashboard(
                section.word("bind", standard.bind()), section.number("port", standard.port(), 0, 65_535));
        section.done();
        return dashboard;
    }

    private static Config.Calls calls(Section section, Config.Calls standard) {
        var calls = new Config.Calls(
                section.span("timeout", standard.timeout(), standard.longest()),
                section.span("longest", standard.longest(), standard.longest().multipliedBy(LONGEST_CALL)),
                section.span("drain", standard.drain(), LONGEST_DRAIN));
        section.done();
        return calls;
    }

    private static Config.PolicyRules policy(Section section) {
        var byDefault = section.word("default", "allow");
        if (!byDefault.equals("allow") && !byDefault.equals("block")) {
            section.fault("default", "must be allow or block");
        }
        var rules = new ArrayList<Config.PolicyRule>();
        for (var entry : section.sections("rules")) {
            if (entry.has("allow") == entry.has("block")) {
                entry.fault("allow", "a rule has either allow or block");
            }
            var allow = entry.has("allow");
            var target = entry.section(allow ? "allow" : "block");
            rules.add(new Config.PolicyRule(
                    allow, target.word("agent", "*"), target.word("server", "*"), target.word("tool", "*")));
            target.done();
            entry.done();
        }
        section.done();
        return new Config.PolicyRules(byDefault.equals("allow"), rules);
    }

    private static Map<?, ?> mapping(Path file, List<String> faults) {
        try {
            if (Files.size(file) > LONGEST) {
                faults.add("the file is longer than " + (LONGEST >> 10) + " KiB");
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
        } catch (Yaml.Unreadable e) {
            var why = String.valueOf(e.getMessage());
            faults.add("is not valid YAML" + (e.line() == 0 ? "" : ", line " + e.line())
                    + (why.isEmpty() ? "" : ": " + why));
        }
        return Map.of();
    }
}
