package com.kruxos;

import com.kruxos.audit.AuditLog;
import com.kruxos.audit.VerificationResult;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** The appliance's own commands: {@code serve}, and {@code audit verify} without a running appliance. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        JsonLogFormat.install();
        System.exit(run(arguments));
    }

    static int run(String[] arguments) {
        try {
            var options = ServerOptions.parse(
                    arguments, Set.of("--home", "--port-offset", "--file"), Set.of("--json", "--quiet"));
            if (options.arguments().equals(List.of("serve"))) {
                return serve(options);
            }
            if (options.arguments().equals(List.of("audit", "verify"))) {
                return verify(options);
            }
            throw new ServerOptions.UsageError("unknown command: " + String.join(" ", options.arguments()));
        } catch (ServerOptions.UsageError e) {
            StartupFailure.of(e).print();
            return 2;
        } catch (RuntimeException | Error e) {
            StartupFailure.of(e).print();
            return 1;
        }
    }

    private static int serve(ServerOptions options) {
        var home = ServeSupport.home(options.value("--home"));
        if (!home.isPrepared()) {
            throw new UnusableHome(home.folder() + " is not prepared", "kruxos up prepares it and serves", null);
        }
        var config = ServeSupport.config(home, options.number("--port-offset", 0, 0, ServeSupport.MAX_PORT_OFFSET));
        ServeSupport.runUntilStopped(Appliance.start(config, home, ServeSupport.keys(home), InstantSource.system()));
        return 0;
    }

    private static int verify(ServerOptions options) {
        var named = options.value("--file");
        var file = named != null
                ? Path.of(named)
                : ServeSupport.home(options.value("--home")).audit();
        var found = AuditLog.verify(file);
        System.out.println(sentence(found));
        return found.ok() ? 0 : 1;
    }

    private static String sentence(VerificationResult found) {
        var broken = found.broken();
        return broken == null
                ? "verified " + found.records() + " records, head " + found.head()
                : "BROKEN at record " + broken.seq() + ": " + broken.reason() + " (" + found.records()
                        + " earlier records verify)";
    }
}
