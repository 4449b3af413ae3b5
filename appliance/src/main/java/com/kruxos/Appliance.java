package com.kruxos;

import com.kruxos.admin.Admin;
import com.kruxos.admin.Check;
import com.kruxos.admin.Facts;
import com.kruxos.admin.Parts;
import com.kruxos.admin.ServerShelf;
import com.kruxos.audit.Audit;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.audit.Entry;
import com.kruxos.audit.Health;
import com.kruxos.audit.Principal;
import com.kruxos.call.Caller;
import com.kruxos.call.Calls;
import com.kruxos.call.Listing;
import com.kruxos.call.Standing;
import com.kruxos.config.Config;
import com.kruxos.credential.Credentials;
import com.kruxos.gateway.Gateway;
import com.kruxos.host.Host;
import com.kruxos.identity.AgentState;
import com.kruxos.identity.Agents;
import com.kruxos.identity.Operators;
import com.kruxos.identity.Seats;
import com.kruxos.identity.Spaces;
import com.kruxos.identity.UserTokens;
import com.kruxos.operator.AgentsDoor;
import com.kruxos.operator.Dashboard;
import com.kruxos.policy.Pattern;
import com.kruxos.policy.Policy;
import com.kruxos.policy.Rule;
import com.kruxos.policy.Tier;
import com.kruxos.rpc.Allowance;
import com.kruxos.server.Servers;
import com.kruxos.session.Sessions;
import com.kruxos.store.Database;
import com.kruxos.tls.ServerCertificate;
import com.kruxos.tokenapi.TokenApi;
import com.kruxos.transport.Network;
import com.kruxos.transport.Strays;
import com.kruxos.vault.KeyFiles;
import com.kruxos.vault.Vault;
import com.kruxos.web.LoopbackDoor;
import com.kruxos.web.Web;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The appliance whole: every feature built by hand, in the order in which they need each other. */
public final class Appliance implements AutoCloseable {
    private static final int SESSIONS = 5_000;
    private static final int SESSIONS_PER_AGENT = 1_000;

    /** Changes are made in milliseconds; one that ends a server waits for it. */
    private static final Duration LAST_ACTS = Duration.ofSeconds(10);

    /** For all that comes behind the calls at a stop: changes, sessions, servers, doors. */
    private static final Duration LAST_STEPS = Duration.ofSeconds(40);

    private final Closing closing = new Closing();
    private final Gateway gateway;
    private final Servers servers;
    private final LoopbackDoor people;
    private final Web operators;
    private final Audit audit;
    private final Admin admin;
    private final Duration drain;

    /**
     * Starts everything and returns when the doors are open.
     *
     * @param home a prepared one
     * @param keys where the vault's key lies
     * @throws RuntimeException one of those {@link Trouble} knows; what had been opened is closed again
     */
    public static Appliance start(Config config, Home home, KeyFiles keys, InstantSource clock) {
        return new Appliance(config, home, keys, clock);
    }

    private Appliance(Config config, Home home, KeyFiles keys, InstantSource clock) {
        drain = config.calls().drain();
        try {
            closing.add(home.claim());
            // Nothing secret is in memory before it is hidden. What takes time there, the first foreign call and the
            // certificate, is made beside the database.
            var meanwhile = closing.add(new Meanwhile());
            var hidden = meanwhile.begin(Host::hideMemory);
            var certified = meanwhile.begin(() -> certificate(config, home, clock));
            var database = closing.add(Database.open(home.database(), Home.SCHEMA));
            var _ = hidden.get();
            var vault = closing.add(Vault.open(database, keys, clock));
            audit = closing.add(audit(home, vault, clock));
            var spaces = new Spaces(database, clock);
            var pepper = pepper(vault);
            var agents = Agents.open(database, pepper, clock);
            var tokens = UserTokens.open(database, pepper, clock);
            var allowed = Operators.open(database, pepper, clock);
            var seats = new Seats(pepper, clock);
            Arrays.fill(pepper, (byte) 0);
            var sessions =
                    new Sessions(SESSIONS, SESSIONS_PER_AGENT, config.gateway().agentBytes());
            var installation = home.id();
            Strays.sweep(installation);
            var launch = closing.add(Launching.choose(config.children(), installation));
            var network = closing.add(Network.of(config.privateHosts(), config.trustedCertificates()));
            servers = closing.add(new Servers(
                    database,
                    spaces,
                    new Credentials(vault, spaces),
                    audit,
                    launch,
                    network,
                    Home.privateFolder(home.servers()),
                    clock,
                    new Servers.Limits(
                            config.calls().timeout(),
                            config.calls().longest(),
                            Allowance.of(config.gateway().serverMessage()),
                            Version.text()),
                    (space, kind) -> Gateway.listChanged(sessions, space, kind)));
            var policy = policy(config.policy());
            var calls = new Calls(caller -> standing(agents, caller), servers, policy, audit);
            audit.closeLeftOpen();
            record(audit, "system.started", "start");
            closing.add(() -> record(audit, "system.stopped", "stop"));
            var certificate = certified.get();
            gateway = closing.add(Gateway.start(
                    config.gateway(),
                    config.names(),
                    certificate::context,
                    agents,
                    sessions,
                    calls,
                    new Listing(servers, calls),
                    audit,
                    clock,
                    () -> audit.health().state() != Health.State.RED,
                    Version.text()));
            people = closing.add(LoopbackDoor.bind(
                    "token API", config.api().bind(), config.api().port(), config.names()));
            operators = closing.add(Dashboard.bind(config.dashboard(), config.names(), certificate::context));
            admin = Admin.of(
                    audit,
                    new Parts(
                            spaces,
                            agents,
                            tokens,
                            allowed,
                            seats,
                            sessions,
                            ServerShelf.of(servers),
                            vault,
                            policy,
                            certificate),
                    facts(
                            home,
                            keys,
                            certificate,
                            clock.instant(),
                            Map.of("mcp", gateway.port(), "api", people.port(), "dashboard", operators.port()),
                            dashboard(config, operators.port()),
                            calls::endings,
                            List.of(
                                    () -> List.of(Checks.audit(audit)),
                                    () -> List.of(Checks.key(!Serving.handedOver(keys))),
                                    () -> List.of(Checks.certificate(certificate, clock.instant())),
                                    () -> Checks.servers(servers, spaces))));
            closing.add(TokenApi.start(home.folder(), admin, tokens, database, clock, people));
            closing.add(Dashboard.serve(operators, admin, agentsDoor(config, gateway.port()), Version.text(), clock));
            keepTime(sessions, certificate, clock);
            servers.startAll();
        } catch (RuntimeException | Error e) { // an Error too: what is missing in a damaged package shows as one
            closing.close();
            throw e;
        }
    }

    /** The port agents connect to. */
    public int port() {
        return gateway.port();
    }

    /** What people can do, for the commands that run in this process. */
    public Admin admin() {
        return admin;
    }

    /** Where agents and people connect, in one line. */
    public String doors() {
        return "agents on port " + gateway.port() + ", people on port " + people.port() + ", dashboard on port "
                + operators.port();
    }

    /**
     * Whether everything a call needs still gets on: the one thread that writes the record, the doors' threads, and a
     * virtual thread, on which this has to be called. Not whether calls succeed: a full disk is no reason to start
     * again. May wait for ever.
     */
    boolean alive(Duration patience) {
        return audit.turns() && gateway.turns(patience) && people.turns(patience) && operators.turns(patience);
    }

    /** In one line whether calls are taken, and if not, why. */
    String condition() {
        var health = audit.health();
        return health.state() == Health.State.GREEN
                ? doors()
                : doors() + "; " + health.state().name().toLowerCase(Locale.ROOT) + ": " + health.reason();
    }

    /** How long {@link #stop} may take. */
    Duration stopsWithin() {
        return drain.plus(LAST_STEPS);
    }

    /**
     * Closes everything, but first lets no call and no change begin, and waits for those under way, as long as the
     * configuration says.
     */
    public void stop() {
        gateway.drain(drain);
        admin.acts().stop(LAST_ACTS);
        close();
    }

    @Override
    public void close() {
        closing.close();
    }

    private static Facts facts(
            Home home,
            KeyFiles keys,
            ServerCertificate certificate,
            Instant started,
            Map<String, Integer> ports,
            String dashboard,
            Supplier<Map<String, Long>> calls,
            List<Supplier<List<Check>>> checks) {
        return new Facts(
                Version.text(),
                started,
                home.folder().toString(),
                ports,
                dashboard,
                Serving.handedOver(keys) ? "service-credential" : "age-file",
                keys.identity().toString(),
                !Serving.handedOver(keys),
                certificate::shown,
                calls,
                checks);
    }

    /** Where a browser finds the dashboard: by the first name there is, else by its address. */
    private static String dashboard(Config config, int port) {
        return "https://" + host(config, config.dashboard().bind()) + ":" + port;
    }

    private static AgentsDoor agentsDoor(Config config, int port) {
        return new AgentsDoor(name(config), config.gateway().bind(), port);
    }

    private static Optional<String> name(Config config) {
        return config.names().stream().sorted().findFirst();
    }

    private static String host(Config config, String bind) {
        return name(config).orElseGet(() -> {
            var address = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
            return address.contains(":") ? "[" + address + "]" : address;
        });
    }

    /** For the configured names, and the address agents come to where that is one. */
    private static ServerCertificate certificate(Config config, Home home, InstantSource clock) {
        var names = new HashSet<>(config.names());
        names.add(config.gateway().bind());
        return ServerCertificate.open(home.tls(), names, Host.name(), Host.user(), clock);
    }

    private static Audit audit(Home home, Vault vault, InstantSource clock) {
        try (var key = vault.systemKey("audit-digest")) {
            return Audit.open(home.audit(), key.value(), clock);
        }
    }

    private static byte[] pepper(Vault vault) {
        try (var key = vault.systemKey("pepper")) {
            return key.value().clone();
        }
    }

    private static Policy policy(Config.PolicyRules rules) {
        var list = new ArrayList<Rule>();
        for (var rule : rules.rules()) {
            list.add(new Rule(
                    "rule " + (list.size() + 1),
                    rule.allow() ? Tier.AUTONOMOUS : Tier.BLOCKED,
                    new Pattern(rule.agent()),
                    new Pattern(rule.server()),
                    new Pattern(rule.tool())));
        }
        return new Policy(list, rules.allowByDefault() ? Tier.AUTONOMOUS : Tier.BLOCKED);
    }

    private static Standing standing(Agents agents, Caller caller) {
        var opening = caller.session().opening();
        if (!agents.counts(opening.agent(), opening.key())) {
            return Standing.ENDED;
        }
        return agents.current(opening.agent())
                .map(agent -> agent.state() == AgentState.PAUSED ? Standing.PAUSED : Standing.GOOD)
                .orElse(Standing.ENDED);
    }

    private static void record(Audit audit, String kind, String action) {
        audit.append(
                new Entry(
                        kind,
                        Principal.system(),
                        null,
                        null,
                        action,
                        null,
                        "done",
                        null,
                        Details.none().with("version", Version.text())),
                Durability.SYNCED);
    }

    /** Calls look at the time themselves; this closes the sockets of keys that have run out, and renews. */
    private void keepTime(Sessions sessions, ServerCertificate certificate, InstantSource clock) {
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("expiry").factory());
        closing.add(timer::shutdownNow);
        var _ = timer.scheduleAtFixedRate(() -> sessions.endExpired(clock.instant()), 1, 1, TimeUnit.SECONDS);
        var _ = timer.scheduleWithFixedDelay(certificate::look, 5, 5, TimeUnit.SECONDS);
    }
}
