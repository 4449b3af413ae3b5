package com.kruxos;

import com.kruxos.admin.Admin;
import com.kruxos.admin.AdminDependencies;
import com.kruxos.admin.ApplianceInfo;
import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditHealth;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.Details;
import com.kruxos.audit.Durability;
import com.kruxos.call.AgentStatusSource;
import com.kruxos.call.CallPipeline;
import com.kruxos.call.ListHandler;
import com.kruxos.config.Config;
import com.kruxos.credential.CredentialResolver;
import com.kruxos.egress.EgressClient;
import com.kruxos.gateway.Gateway;
import com.kruxos.gateway.GatewayServices;
import com.kruxos.operator.DashboardServer;
import com.kruxos.os.SystemInfo;
import com.kruxos.policy.AccessPolicy;
import com.kruxos.process.OrphanProcesses;
import com.kruxos.rpc.MemoryGuard;
import com.kruxos.rpc.MemoryQuota;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.server.ServerDependencies;
import com.kruxos.server.ServerLimits;
import com.kruxos.server.Servers;
import com.kruxos.session.Sessions;
import com.kruxos.store.Database;
import com.kruxos.tls.ServerCertificate;
import com.kruxos.tokenapi.TokenApi;
import com.kruxos.vault.KeyFiles;
import com.kruxos.vault.Vault;
import com.kruxos.web.HttpListener;
import com.kruxos.web.LoopbackListener;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Builds every component by hand, in the order of their dependencies, and closes them in reverse. */
public final class Appliance implements AutoCloseable {
    private static final int SESSIONS = 5_000;
    private static final int SESSIONS_PER_AGENT = 1_000;

    /** A change takes milliseconds; one that stops a server waits for it. */
    private static final Duration ADMIN_DRAIN = Duration.ofSeconds(10);

    /** For everything that follows the calls at a stop: changes, sessions, servers, listeners. */
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
     * Starts everything and returns when all ports are open.
     *
     * @param home a prepared one
     * @param keys where the vault key is stored
     * @throws RuntimeException one that {@link StartupFailure} describes; everything opened before is closed again
     */
    public static Appliance start(Config config, HomeDirectory home, KeyFiles keys, InstantSource clock) {
        return new Appliance(config, home, keys, clock);
    }

    private Appliance(Config config, HomeDirectory home, KeyFiles keys, InstantSource clock) {
        callDrain = config.calls().drainTimeout();
        try {
            resources.add(home.lock());
            var _ = SystemInfo.makeUndumpable(); // before the first secret is in memory
            var certificate = openCertificate(config, home, clock);
            var database = resources.add(Database.open(home.database()));
            var vault = resources.add(Vault.open(database, keys, clock));
            audit = resources.add(openAuditLog(home, vault, clock));
            var identities = Identities.open(database, vault, clock);
            var sessions =
                    new Sessions(SESSIONS, SESSIONS_PER_AGENT, config.gateway().maxAgentBytes());
            var memoryGuard = MemoryGuard.ofHeap();
            OrphanProcesses.killAll(home.installationId());
            servers = resources.add(new Servers(
                    new ServerDependencies(
                            database,
                            identities.spaces(),
                            new CredentialResolver(vault, identities.spaces()),
                            audit,
                            resources.add(LauncherSelector.select(config.children(), home.installationId())),
                            resources.add(EgressClient.of(config.privateHosts(), config.trustedCertificates())),
                            HomeDirectory.privateFolder(home.servers()),
                            clock,
                            serverLimits(config, memoryGuard)),
                    (space, kind) -> Gateway.notifyListChanged(sessions, space, kind)));
            var policy = AccessPolicy.of(config.policy());
            var calls = new CallPipeline(AgentStatusSource.of(identities.agents()), servers, policy, audit);
            audit.closeDanglingIntents();
            record(audit, "system.started", "start");
            resources.add(() -> record(audit, "system.stopped", "stop"));
            gateway = resources.add(Gateway.start(
                    config.gateway(),
                    config.hostNames(),
                    certificate.sslContext(),
                    new GatewayServices(
                            identities.agents(),
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
                            identities.spaces(),
                            identities.agents(),
                            identities.userTokens(),
                            identities.operators(),
                            identities.operatorSessions(),
                            sessions,
                            servers.registry(),
                            vault,
                            policy,
                            certificate),
                    new ApplianceInfo(
                            ProductVersion.text(),
                            clock.instant(),
                            home.folder().toString(),
                            ports(),
                            PublicAddresses.dashboardUrl(config, dashboardListener.port()),
                            ServeSupport.isServiceCredential(keys) ? "service-credential" : "age-file",
                            keys.identityFile().toString(),
                            !ServeSupport.isServiceCredential(keys),
                            certificate::info,
                            calls::outcomeCounts,
                            List.of(
                                    () -> List.of(HealthChecks.audit(audit)),
                                    () -> List.of(HealthChecks.key(!ServeSupport.isServiceCredential(keys))),
                                    () -> List.of(HealthChecks.certificate(certificate, clock.instant())),
                                    () -> HealthChecks.servers(servers.registry(), identities.spaces()))));
            resources.add(
                    TokenApi.start(home.folder(), admin, identities.userTokens(), database, clock, tokenApiListener));
            resources.add(DashboardServer.serve(
                    dashboardListener,
                    admin,
                    PublicAddresses.gateway(config, gateway.port()),
                    ProductVersion.text(),
                    clock));
            startTimers(sessions, certificate, clock);
            servers.startAll();
        } catch (RuntimeException | Error e) { // an Error, too: a class that is missing in a damaged package
            resources.close();
            throw e;
        }
    }

    /** The gateway's port. */
    public int port() {
        return gateway.port();
    }

    /** Administration, for the commands that run in this process. */
    public Admin admin() {
        return admin;
    }

    /** All ports in one line. */
    public String endpoints() {
        return "gateway on port " + gateway.port() + ", API on port " + tokenApiListener.port() + ", dashboard on port "
                + dashboardListener.port();
    }

    /**
     * Whether the threads that a call needs make progress: the audit writer, the threads of all listeners, and a
     * virtual thread, on which this must be called. It says nothing about success: a full disk is no reason for a
     * restart. May block forever.
     */
    boolean isAlive(Duration timeout) {
        return audit.pingWriter()
                && gateway.isResponsive(timeout)
                && tokenApiListener.isResponsive(timeout)
                && dashboardListener.isResponsive(timeout);
    }

    /** One line: the ports, and the reason if calls are not accepted. */
    String statusLine() {
        var health = audit.health();
        return health.state() == AuditHealth.HealthState.GREEN
                ? endpoints()
                : endpoints() + "; " + health.state().name().toLowerCase(Locale.ROOT) + ": " + health.reason();
    }

    /** The longest time that {@link #stop} takes. */
    Duration maxStopTime() {
        return callDrain.plus(SHUTDOWN_GRACE);
    }

    /**
     * Accepts no new calls and changes, waits for those in flight within the configured time, then closes everything.
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

    private Map<String, Integer> ports() {
        return Map.of("mcp", gateway.port(), "api", tokenApiListener.port(), "dashboard", dashboardListener.port());
    }

    private static ServerLimits serverLimits(Config config, MemoryGuard memoryGuard) {
        return new ServerLimits(
                config.calls().timeout(),
                config.calls().maxDuration(),
                new MessageLimits(config.gateway().maxServerMessageBytes(), memoryGuard, MemoryQuota.UNLIMITED),
                ProductVersion.text());
    }

    /** The certificate covers the configured host names and the gateway's bind address. */
    private static ServerCertificate openCertificate(Config config, HomeDirectory home, InstantSource clock) {
        var names = new HashSet<>(config.hostNames());
        names.add(config.gateway().bind());
        return ServerCertificate.open(home.tls(), names, SystemInfo.hostName(), SystemInfo.effectiveUserId(), clock);
    }

    private static AuditLog openAuditLog(HomeDirectory home, Vault vault, InstantSource clock) {
        try (var key = vault.systemKey("audit-digest")) {
            return AuditLog.open(home.audit(), key.value(), clock);
        }
    }

    private static void record(AuditLog audit, String kind, String action) {
        audit.append(
                AuditEntry.bySystem(kind, action)
                        .details(Details.none().with("version", ProductVersion.text()))
                        .outcome("done"),
                Durability.SYNCED);
    }

    /** Closes sessions of expired credentials and renews the certificate. Calls check the expiry themselves. */
    private void startTimers(Sessions sessions, ServerCertificate certificate, InstantSource clock) {
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("expiry").factory());
        resources.add(timer::shutdownNow);
        var _ = timer.scheduleAtFixedRate(() -> sessions.endExpired(clock.instant()), 1, 1, TimeUnit.SECONDS);
        var _ = timer.scheduleWithFixedDelay(certificate::refresh, 5, 5, TimeUnit.SECONDS);
    }
}
