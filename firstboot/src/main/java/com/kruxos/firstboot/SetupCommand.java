package com.kruxos.firstboot;

import com.kruxos.HomeInitializer;
import com.kruxos.JsonLogFormat;
import com.kruxos.ServeSupport;
import com.kruxos.ServerOptions;
import com.kruxos.StartupFailure;
import java.time.InstantSource;
import java.util.Set;

/** {@code kruxos setup}: prepares a home and exits. */
public final class SetupCommand {
    private SetupCommand() {}

    public static void main(String[] arguments) {
        JsonLogFormat.install();
        System.exit(run(arguments));
    }

    static int run(String[] arguments) {
        try {
            var options = ServerOptions.parse(arguments, Set.of("--home"), Set.of("--quiet"));
            var home = ServeSupport.home(options.value("--home"));
            var fresh = !home.isPrepared();
            HomeInitializer.initialize(home, ServeSupport.keys(home), InstantSource.system());
            System.out.println(home.folder() + (fresh ? " is prepared" : " is already prepared; nothing changed"));
            return 0;
        } catch (ServerOptions.UsageError e) {
            StartupFailure.of(e).print();
            return 2;
        } catch (RuntimeException | Error e) {
            StartupFailure.of(e).print();
            return 1;
        }
    }
}
