package com.kruxos;

import com.kruxos.audit.Audit;
import com.kruxos.audit.Verification;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** The appliance's own commands: {@code serve}, and {@code audit verify} where no appliance runs. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        JsonLines.install();
        System.exit(run(arguments));
    }

    static int run(String[] arguments) {
        try {
            var options =
                    Options.parse(arguments, Set.of("--home", "--port-offset", "--file"), Set.of("--json", "--quiet"));
            if (options.words().equals(List.of("serve"))) {
                return serve(options);
            }
            if (options.words().equals(List.of("audit", "verify"))) {
                return verify(options);
            }
            throw new Options.Usage("not a command of the appliance: " + String.join(" ", options.words()));
        } catch (Options.Usage e) {
            Trouble.of(e).print();
            return 2;
        } catch (RuntimeException | Error e) {
            Trouble.of(e).print();
            return 1;
        }
    }

    private static int serve(Options options) {
        var home = Serving.home(options.value("--home"));
        if (!home.isPrepared()) {
            throw new CannotUseHome(
                    home.folder() + " is not prepared", "kruxos up prepares it and serves at once", null);
        }
        var config = Serving.config(home, options.number("--port-offset", 0, 0, Serving.MOST_OFFSET));
        Serving.untilStopped(Appliance.start(config, home, Serving.keys(home), InstantSource.system()));
        return 0;
    }

    private static int verify(Options options) {
        var named = options.value("--file");
        var file = named != null
                ? Path.of(named)
                : Serving.home(options.value("--home")).audit();
        var found = Audit.verify(file);
        System.out.println(sentence(found));
        return found.ok() ? 0 : 1;
    }

    private static String sentence(Verification found) {
        var broken = found.broken();
        return broken == null
                ? "verified " + found.records() + " records, head " + found.head()
                : "BROKEN at record " + broken.seq() + ": " + broken.reason() + " (" + found.records()
                        + " records before it hold)";
    }
}
