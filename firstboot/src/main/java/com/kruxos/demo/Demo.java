package com.kruxos.demo;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.ServeSupport;
import com.kruxos.ServerOptions;
import com.kruxos.audit.AuditLog;
import com.kruxos.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Shows the main job in one terminal, with real parts only: an agent uses a secret it never sees, a call is refused, an
 * agent is revoked, and the audit log proves what happened.
 */
public final class Demo {
    private static final String AGENT = "demo-agent";
    private static final String REVOKED_AGENT = "short-lived";
    private static final int WIDTH = 70;

    private final DemoSetup setup;
    private final HomeDirectory home;
    private final boolean once;
    private final HttpClient client = HttpClient.newHttpClient();

    private Demo(DemoSetup setup, HomeDirectory home, boolean once) {
        this.setup = setup;
        this.home = home;
        this.once = once;
    }

    /** Returns the exit code. The home is temporary unless the user names one. */
    public static int run(ServerOptions options) {
        var named = options.value("--home") != null || System.getenv("KRUXOS_HOME") != null;
        var home = named ? ServeSupport.home(options.value("--home")) : new HomeDirectory(temporary());
        var clock = InstantSource.system();
        var keys = ServeSupport.keys(home);
        HomeInitializer.initialize(home, keys, clock);
        var config = ServeSupport.config(home, 0)
                .withPort(0)
                .withPolicy(
                        new Config.PolicyRules(true, List.of(new Config.PolicyRule(false, "*", "demo*", "delete_*"))));
        var appliance = Appliance.start(config, home, keys, clock);
        // Runs on ^C, too: close the appliance first, then delete the temporary home.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(appliance, named ? null : home), "clean-up"));
        return new Demo(new DemoSetup(appliance.admin()), home, options.has("--once")).show(appliance);
    }

    private static void cleanUp(Appliance appliance, @Nullable HomeDirectory temporary) {
        appliance.close();
        if (temporary != null) {
            TempHome.remove(temporary.folder());
        }
    }

    private int show(Appliance appliance) {
        print("KruxOS holds the secret, the agent holds one key: ws://127.0.0.1:" + appliance.port() + "/mcp");
        try (var secret = DemoSecret.read()) {
            setup.addServer(secret.bytes());
            showLending(appliance, secret);
            showRevocation(showRefusal(appliance));
            showProof();
            return once ? 0 : follow(appliance);
        } catch (DemoAgent.Disconnected e) {
            System.err.println("error: the connection of the demonstration agent ended: " + e.getMessage());
            return 1;
        }
    }

    private void showLending(Appliance appliance, DemoSecret secret) throws DemoAgent.Disconnected {
        var agent = agent(appliance, setup.agent(AGENT));
        var answer = text(agent.call(setup.tool("whoami")));
        print("");
        print("lent      a " + secret.description() + ", fingerprint " + DemoServer.fingerprint(secret.bytes()));
        print("          the server received it and returned it; the agent received:");
        print("          \"" + answer + "\"");
    }

    private DemoAgent showRefusal(Appliance appliance) throws DemoAgent.Disconnected {
        var agent = agent(appliance, setup.agent(REVOKED_AGENT));
        var answer = PolicyError.read(text(agent.call(setup.tool("delete_everything"))));
        print("");
        print("refused   the agent called delete_everything: " + answer.error());
        print("          " + answer.message());
        print("          hint: " + answer.hint());
        return agent;
    }

    private void showRevocation(DemoAgent agent) {
        var closed = setup.revoke(REVOKED_AGENT);
        var reason = agent.awaitDisconnect(10);
        print("");
        print("revoked   " + REVOKED_AGENT + ": " + closed + " socket " + (reason == null ? "still open" : reason));
    }

    private void showProof() {
        var found = setup.verify();
        var copy = Tampering.flipOneByte(home.audit());
        var broken = AuditLog.verify(copy).broken();
        print("");
        print("proved    " + found.records() + " records verify; one flipped byte in a copy breaks"
                + (broken == null ? " NOTHING" : " record " + broken.seq() + ":"));
        print("          " + (broken == null ? "this is a bug in KruxOS: please report it" : shorten(broken.reason())));
    }

    /** The reason is one sentence; shorten it to one line. */
    private static String shorten(String reason) {
        return reason.length() <= WIDTH ? reason : reason.substring(0, WIDTH - 1) + "…";
    }

    private int follow(Appliance appliance) throws DemoAgent.Disconnected {
        var agent = agent(appliance, setup.rotate(AGENT));
        var kruxos = ServeSupport.commandName() + " --home " + home.folder();
        print("");
        print(AGENT + " now calls once a second. Revoke it from a second terminal:");
        print("  " + kruxos + " agent revoke " + AGENT);
        print("  " + kruxos + " audit tail");
        var calls = 0;
        var interactive = DemoSecret.terminal().isPresent();
        while (true) {
            var reason = agent.awaitDisconnect(1);
            if (reason != null) {
                print("\r" + AGENT + " was disconnected after " + calls + " calls: " + reason);
                return 0;
            }
            agent.call(setup.tool("tick"));
            calls++;
            if (interactive) {
                System.out.print("\r" + calls + " calls ");
                System.out.flush();
            }
        }
    }

    private DemoAgent agent(Appliance appliance, DemoSetup.DemoKey key) throws DemoAgent.Disconnected {
        try (key) {
            return DemoAgent.connect(client, appliance.port(), key.ascii());
        }
    }

    private static String text(JsonNode answer) {
        return answer.path("result").path("content").path(0).path("text").asString(answer.toString());
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("kruxos-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
