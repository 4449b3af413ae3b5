package com.kruxos.firstboot;

import com.kruxos.Appliance;
import com.kruxos.HomeInitializer;
import com.kruxos.JsonLogFormat;
import com.kruxos.ServeSupport;
import com.kruxos.ServerOptions;
import com.kruxos.StartupFailure;
import com.kruxos.demo.Demo;
import java.time.InstantSource;
import java.util.Set;

/** {@code kruxos up}: prepares an empty home without questions, then serves. */
public final class UpCommand {
    private UpCommand() {}

    public static void main(String[] arguments) {
        JsonLogFormat.install();
        System.exit(run(arguments));
    }

    static int run(String[] arguments) {
        try {
            var options = ServerOptions.parse(
                    arguments, Set.of("--home", "--port-offset"), Set.of("--demo", "--once", "--quiet"));
            if (options.has("--demo")) {
                return Demo.run(options);
            }
            return up(options);
        } catch (ServerOptions.UsageError e) {
            StartupFailure.of(e).print();
            return 2;
        } catch (RuntimeException | Error e) {
            StartupFailure.of(e).print();
            return 1;
        }
    }

    private static int up(ServerOptions options) {
        var clock = InstantSource.system();
        var home = ServeSupport.home(options.value("--home"));
        var keys = ServeSupport.keys(home);
        var config = ServeSupport.config(home, options.number("--port-offset", 0, 0, ServeSupport.MAX_PORT_OFFSET));
        var fresh = !home.isPrepared();
        HomeInitializer.initialize(home, keys, clock);
        var appliance = Appliance.start(config, home, keys, clock);
        if (!options.has("--quiet")) {
            printConnectionHelp(
                    appliance, home.folder().toString(), keys.identityFile().toString(), fresh);
        }
        ServeSupport.runUntilStopped(appliance);
        return 0;
    }

    private static void printConnectionHelp(Appliance appliance, String folder, String key, boolean fresh) {
        var kruxos = ServeSupport.commandName();
        if (fresh) {
            System.out.println("Prepared a new home in " + folder + ".");
            System.out.println("Its vault key is " + key + ": keep a copy offline.");
        }
        System.out.println("Agents connect to ws://127.0.0.1:" + appliance.port() + "/mcp");
        System.out.println("wss:// and https:// also work; SHA-256 fingerprint of the certificate:");
        System.out.println("  " + appliance.admin().status().certificate().fingerprint());
        FirstInvitation.print(appliance.admin(), System.out);
        if (fresh) {
            System.out.println("Next, in another terminal:");
            System.out.println("  " + kruxos + " agent create --name my-agent");
            System.out.println("  " + kruxos + " server add --help");
        }
        System.out.println("Stop with ^C.");
    }
}
