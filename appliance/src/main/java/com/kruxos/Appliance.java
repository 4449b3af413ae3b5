package com.kruxos;

import com.kruxos.admin.Admin;
import com.kruxos.admin.AdminDependencies;
import com.kruxos.admin.ApplianceInfo;
import com.kruxos.admin.HealthCheck;
import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditHealth;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.call.AgentStatus;
import com.kruxos.call.CallPipeline;
import com.kruxos.call.ListHandler;
import com.kruxos.config.Config;
import com.kruxos.credential.CredentialResolver;
import com.kruxos.egress.EgressClient;
import com.kruxos.gateway.Gateway;
import com.kruxos.gateway.GatewayServices;
import com.kruxos.identity.AgentState;
import com.kruxos.identity.Agents;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.Operators;
import com.kruxos.identity.Spaces;
import com.kruxos.identity.UserTokens;
import com.kruxos.operator.DashboardServer;
import com.kruxos.operator.GatewayAddress;
import com.kruxos.os.SystemInfo;
import com.kruxos.policy.AccessPolicy;
import com.kruxos.policy.Glob;
import com.kruxos.policy.Rule;
import com.kruxos.policy.Tier;
import com.kruxos.process.OrphanProcesses;
import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.MemoryQuota;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.server.ServerDependencies;
import com.kruxos.server.ServerLimits;
import com.kruxos.server.Servers;
import com.kruxos.session.Caller;
import com.kruxos.session.Sessions;
import com.kruxos.store.Database;
import com.kruxos.tls.ServerCertificate;
import com.kruxos.tokenapi.TokenApi;
import com.kruxos.vault.KeyFiles;
import com.kruxos.vault.Vault;
import com.kruxos.web.HttpListener;
import com.kruxos.web.LoopbackListener;
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
    private static final Duration ADMIN_DRAIN = Duration.ofSeconds(10);

    /** For all that comes behind the calls at a stop: changes, sessions, servers, doors. */
    private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(40);

    private final ResourceStack resources = new ResourceStack();
    private final Gateway gateway;
    private final Servers servers;
    private final LoopbackListener tokenApiListener;
    private final HttpListener dashboardListener;
    private final AuditLog audit;
    private final Admin admin;
    private final Duration callDrain;

    /**
     * Starts everything and returns when the doors are open.
     *
     * @param home a prepared one
     * @param keys where the vault's key lies
     * @throws RuntimeException one of those {@link StartupFailure} knows; what had been opened is closed again
     */
    public static Appliance start(Config config, HomeDirectory home, KeyFiles keys, InstantSource clock) {
        return new Appliance(config, home, keys, clock);
    }

    private Appliance(Config config, HomeDirectory home, KeyFiles keys, InstantSource clock) {
        callDrain = config.calls().drainTimeout();
        try {
            resources.add(home.lock());
            // Before the first secret is in memory.
            var _ = SystemInfo.makeUndumpable();
            var certificate = certificate(config, home, clock);
            var database = resources.add(Database.open(home.database()));
            var vault = resources.add(Vault.open(database, keys, clock));
            audit = resources.add(audit(home, vault, clock));
            var spaces = new Spaces(database, clock);
            var pepper = pepper(vault);
            var agents = Agents.open(database, pepper, clock);
            var tokens = UserTokens.open(database, pepper, clock);
            var allowed = Operators.open(database, pepper, clock);
            var seats = new OperatorSessions(pepper, clock);
            Arrays.fill(pepper, (byte) 0);
            var sessions =
                    new Sessions(SESSIONS, SESSIONS_PER_AGENT, config.gateway().maxAgentBytes());
            var installation = home.installationId();
            OrphanProcesses.killAll(installation);
            var launch = resources.add(LauncherSelector.select(config.children(), installation));
            var network = resources.add(EgressClient.of(config.privateHosts(), config.trustedCertificates()));
            var memoryGuard = MemoryGuard.ofHeap();
            servers = resources.add(new Servers(
                    new ServerDependencies(
                            database,
                            spaces,
                            new CredentialResolver(vault, spaces),
                            audit,
                            launch,
                            network,
                            HomeDirectory.privateFolder(home.servers()),
                            clock,
                            new ServerLimits(
                                    config.calls().timeout(),
                                    config.calls().maxDuration(),
                                    new MessageLimits(
                                            config.gateway().maxServerMessageBytes(),
                                            memoryGuard,
                                            MemoryQuota.UNLIMITED),
                                    ProductVersion.text())),
                    (space, kind) -> Gateway.notifyListChanged(sessions, space, kind)));
            var policy = policy(config.policy());
            var calls = new CallPipeline(caller -> standing(agents, caller), servers, policy, audit);
            audit.closeDanglingIntents();
            record(audit, "system.started", "start");
            resources.add(() -> record(audit, "system.stopped", "stop"));
            gateway = resources.add(Gateway.start(
                    config.gateway(),
                    config.hostNames(),
                    certificate.sslContext(),
                    new GatewayServices(
                            agents,
                            sessions,
                            calls,
                            new ListHandler(servers, calls),
                            audit,
                            clock,
                            memoryGuard,
                            ProductVersion.text())));
            tokenApiListener = resources.add(LoopbackListener.bind(
                    "token API", config.api().bind(), config.api().port(), config.hostNames()));
            dashboardListener = resources.add(
                    DashboardServer.bind(config.dashboard(), config.hostNames(), certificate.sslContext()));
            admin = Admin.of(
                    audit,
                    new AdminDependencies(
                            spaces,
                            agents,
                            tokens,
                            allowed,
                            seats,
                            sessions,
                            servers.registry(),
                            vault,
                            policy,
                            certificate),
                    facts(
                            home,
                            keys,
                            certificate,
                            clock.instant(),
                            Map.of(
                                    "mcp",
                                    gateway.port(),
                                    "api",
                                    tokenApiListener.port(),
                                    "dashboard",
                                    dashboardListener.port()),
                            dashboard(config, dashboardListener.port()),
                            calls::outcomeCounts,
                            List.of(
                                    () -> List.of(HealthChecks.audit(audit)),
                                    () -> List.of(HealthChecks.key(!ServeSupport.isServiceCredential(keys))),
                                    () -> List.of(HealthChecks.certificate(certificate, clock.instant())),
                                    () -> HealthChecks.servers(servers.registry(), spaces))));
            resources.add(TokenApi.start(home.folder(), admin, tokens, database, clock, tokenApiListener));
            resources.add(DashboardServer.serve(
                    dashboardListener, admin, agentsDoor(config, gateway.port()), ProductVersion.text(), clock));
            startTimers(sessions, certificate, clock);
            servers.startAll();
        } catch (RuntimeException | Error e) { // an Error too: what is missing in a damaged package shows as one
            resources.close();
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
    public String endpoints() {
        return "agents on port " + gateway.port() + ", people on port " + tokenApiListener.port()
                + ", dashboard on port " + dashboardListener.port();
    }

    /**
     * Whether everything a call needs still gets on: the one thread that writes the record, the doors' threads, and a
     * virtual thread, on which this has to be called. Not whether calls succeed: a full disk is no reason to start
     * again. May wait for ever.
     */
    boolean isAlive(Duration patience) {
        return audit.pingWriter()
                && gateway.isResponsive(patience)
                && tokenApiListener.isResponsive(patience)
                && dashboardListener.isResponsive(patience);
    }

    /** In one line whether calls are taken, and if not, why. */
    String statusLine() {
        var health = audit.health();
        return health.state() == AuditHealth.HealthState.GREEN
                ? endpoints()
                : endpoints() + "; " + health.state().name().toLowerCase(Locale.ROOT) + ": " + health.reason();
    }

    /** How long {@link #stop} may take. */
    Duration maxStopTime() {
        return callDrain.plus(SHUTDOWN_GRACE);
    }

    /**
     * Closes everything, but first lets no call and no change begin, and waits for those under way, as long as the
     * configuration says.
     */
    public void stop() {
        gateway.drain(callDrain);
        admin.actions().stopAndDrain(ADMIN_DRAIN);
        close();
    }

    @Override
    public void close() {
        resources.close();
    }

    private static ApplianceInfo facts(
            HomeDirectory home,
            KeyFiles keys,
            ServerCertificate certificate,
            Instant started,
            Map<String, Integer> ports,
            String dashboard,
            Supplier<Map<String, Long>> calls,
            List<Supplier<List<HealthCheck>>> checks) {
        return new ApplianceInfo(
                ProductVersion.text(),
                started,
                home.folder().toString(),
                ports,
                dashboard,
                ServeSupport.isServiceCredential(keys) ? "service-credential" : "age-file",
                keys.identityFile().toString(),
                !ServeSupport.isServiceCredential(keys),
                certificate::info,
                calls,
                checks);
    }

    /** Where a browser finds the dashboard: by the first name there is, else by its address. */
    private static String dashboard(Config config, int port) {
        return "https://" + host(config, config.dashboard().bind()) + ":" + port;
    }

    private static GatewayAddress agentsDoor(Config config, int port) {
        return new GatewayAddress(name(config), config.gateway().bind(), port);
    }

    private static Optional<String> name(Config config) {
        return config.hostNames().stream().sorted().findFirst();
    }

    private static String host(Config config, String bind) {
        return name(config).orElseGet(() -> {
            var address = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
            return address.contains(":") ? "[" + address + "]" : address;
        });
    }

    /** For the configured names, and the address agents come to where that is one. */
    private static ServerCertificate certificate(Config config, HomeDirectory home, InstantSource clock) {
        var names = new HashSet<>(config.hostNames());
        names.add(config.gateway().bind());
        return ServerCertificate.open(home.tls(), names, SystemInfo.hostName(), SystemInfo.effectiveUserId(), clock);
    }

    private static AuditLog audit(HomeDirectory home, Vault vault, InstantSource clock) {
        try (var key = vault.systemKey("audit-digest")) {
            return AuditLog.open(home.audit(), key.value(), clock);
        }
    }

    private static byte[] pepper(Vault vault) {
        try (var key = vault.systemKey("pepper")) {
            return key.value().clone();
        }
    }

    private static AccessPolicy policy(Config.PolicyRules rules) {
        var list = new ArrayList<Rule>();
        for (var rule : rules.rules()) {
            list.add(new Rule(
                    "rule " + (list.size() + 1),
                    rule.allow() ? Tier.AUTONOMOUS : Tier.BLOCKED,
                    new Glob(rule.agent()),
                    new Glob(rule.server()),
                    new Glob(rule.tool())));
        }
        return new AccessPolicy(list, rules.allowByDefault() ? Tier.AUTONOMOUS : Tier.BLOCKED);
    }

    private static AgentStatus standing(Agents agents, Caller caller) {
        if (!agents.isCredentialValid(caller.agentId(), caller.credential().id())) {
            return AgentStatus.ENDED;
        }
        return agents.findById(caller.agentId())
                .map(agent -> agent.state() == AgentState.PAUSED ? AgentStatus.PAUSED : AgentStatus.ACTIVE)
                .orElse(AgentStatus.ENDED);
    }

    private static void record(AuditLog audit, String kind, String action) {
        audit.append(
                AuditEntry.bySystem(kind, action)
                        .details(Details.none().with("version", ProductVersion.text()))
                        .outcome("done"),
                Durability.SYNCED);
    }

    /** Calls look at the time themselves; this closes the sockets of keys that have run out, and renews. */
    private void startTimers(Sessions sessions, ServerCertificate certificate, InstantSource clock) {
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("expiry").factory());
        resources.add(timer::shutdownNow);
        var _ = timer.scheduleAtFixedRate(() -> sessions.endExpired(clock.instant()), 1, 1, TimeUnit.SECONDS);
        var _ = timer.scheduleWithFixedDelay(certificate::refresh, 5, 5, TimeUnit.SECONDS);
    }
}
