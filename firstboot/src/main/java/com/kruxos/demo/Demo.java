package com.kruxos.demo;

import com.kruxos.Appliance;
import com.kruxos.HomeDirectory;
import com.kruxos.HomeInitializer;
import com.kruxos.ServeSupport;
import com.kruxos.ServerOptions;
import com.kruxos.audit.AuditLog;
import com.kruxos.config.Config;
import com.kruxos.firstboot.UpCommand;
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
 * The main job in one terminal, with real parts only: an agent uses a secret it never sees, is refused, is cut off, and
 * what happened is proved from the record.
 */
public final class Demo {
    private static final String AGENT = "demo-agent";
    private static final String VISITOR = "short-lived";
    private static final int WIDTH = 70;

    private final DemoSetup stage;
    private final HomeDirectory home;
    private final boolean once;
    private final HttpClient client = HttpClient.newHttpClient();

    private Demo(DemoSetup stage, HomeDirectory home, boolean once) {
        this.stage = stage;
        this.home = home;
        this.once = once;
    }

    /** Runs it and gives the exit status. The home is a temporary one unless the person names another. */
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
        // Also on ^C: first everything is closed, then the temporary home goes.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> tidy(appliance, named ? null : home), "tidy"));
        return new Demo(new DemoSetup(appliance.admin()), home, options.has("--once")).play(appliance);
    }

    private static void tidy(Appliance appliance, @Nullable HomeDirectory temporary) {
        appliance.close();
        if (temporary != null) {
            TempHome.remove(temporary.folder());
        }
    }

    private int play(Appliance appliance) {
        say("KruxOS holds the secret, the agent holds one key: ws://127.0.0.1:" + appliance.port() + "/mcp");
        try (var secret = DemoSecret.read()) {
            stage.addServer(secret.bytes());
            lent(appliance, secret);
            revoked(refused(appliance));
            proved();
            return once ? 0 : follow(appliance);
        } catch (DemoAgent.Disconnected e) {
            System.err.println("error: the demonstration's agent fell out: " + e.getMessage());
            return 1;
        }
    }

    private void lent(Appliance appliance, DemoSecret secret) throws DemoAgent.Disconnected {
        var agent = agent(appliance, stage.agent(AGENT));
        var answer = text(agent.call(stage.tool("whoami")));
        say("");
        say("lent      a " + secret.description() + ", fingerprint " + DemoServer.fingerprint(secret.bytes()));
        say("          the server had it and answered, and this is what the agent got:");
        say("          \"" + answer + "\"");
    }

    private DemoAgent refused(Appliance appliance) throws DemoAgent.Disconnected {
        var agent = agent(appliance, stage.agent(VISITOR));
        var answer = PolicyError.read(text(agent.call(stage.tool("delete_everything"))));
        say("");
        say("refused   the agent called delete_everything: " + answer.error());
        say("          " + answer.message());
        say("          hint: " + answer.hint());
        return agent;
    }

    private void revoked(DemoAgent visitor) {
        var closed = stage.revoke(VISITOR);
        var how = visitor.awaitDisconnect(10);
        say("");
        say("revoked   " + VISITOR + ": " + closed + " socket " + (how == null ? "still stands" : how));
    }

    private void proved() {
        var found = stage.verify();
        var copy = Tampering.flipOneByte(home.audit());
        var broken = AuditLog.verify(copy).broken();
        say("");
        say("proved    " + found.records() + " records verify; one byte flipped in a copy shows"
                + (broken == null ? " NOWHERE" : " in record " + broken.seq() + ":"));
        say("          " + (broken == null ? "this is a fault of ours: please report it" : cut(broken.reason())));
    }

    /** A reason is a sentence; on this stage it has the rest of one line. */
    private static String cut(String reason) {
        return reason.length() <= WIDTH ? reason : reason.substring(0, WIDTH - 1) + "…";
    }

    private int follow(Appliance appliance) throws DemoAgent.Disconnected {
        var agent = agent(appliance, stage.rotate(AGENT));
        var kruxos = UpCommand.command() + " --home " + home.folder();
        say("");
        say(AGENT + " now calls once a second. In a second terminal, cut it off:");
        say("  " + kruxos + " agent revoke " + AGENT);
        say("  " + kruxos + " audit tail");
        var calls = 0;
        var interactive = DemoSecret.terminal().isPresent();
        while (true) {
            var how = agent.awaitDisconnect(1);
            if (how != null) {
                say("\r" + AGENT + " is out after " + calls + " calls: " + how);
                return 0;
            }
            agent.call(stage.tool("tick"));
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

    private static void say(String line) {
        System.out.println(line);
    }
}
