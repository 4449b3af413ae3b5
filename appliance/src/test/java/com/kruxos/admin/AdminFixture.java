package com.kruxos.admin;

import com.kruxos.audit.AuditEntry;
import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.audit.Durability;
import com.kruxos.identity.Agents;
import com.kruxos.identity.AuthenticatedAgent;
import com.kruxos.identity.ChangeFeed;
import com.kruxos.identity.OperatorSessions;
import com.kruxos.identity.Operators;
import com.kruxos.identity.Spaces;
import com.kruxos.identity.UserTokens;
import com.kruxos.os.SystemInfo;
import com.kruxos.policy.AccessPolicy;
import com.kruxos.policy.Tier;
import com.kruxos.result.Result;
import com.kruxos.session.AgentCredential;
import com.kruxos.session.Caller;
import com.kruxos.session.ClientInfo;
import com.kruxos.session.Session;
import com.kruxos.session.Sessions;
import com.kruxos.store.Database;
import com.kruxos.tls.CertificateInfo;
import com.kruxos.tls.ServerCertificate;
import com.kruxos.vault.KeyFiles;
import com.kruxos.vault.Vault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Administration with a real database and vault, fake servers, a manual clock, and an audit log that can fail. */
public final class AdminFixture implements AutoCloseable {
    public record AppendedEntry(AuditEntry entry, Durability durability) {}

    public final Path home;
    public final Database database;
    public final FakeServers servers = new FakeServers();
    public final Sessions sessions = new Sessions(100, 10, 32 << 20);
    public final List<AppendedEntry> appendedEntries = new CopyOnWriteArrayList<>();
    public final Agents agents;
    public final UserTokens tokens;
    public final OperatorSessions operatorSessions;
    public final Vault vault;
    public final AuditLog audit;
    public final Admin admin;

    /** Run once after the intent of the named action was recorded; null if none is set. */
    private volatile @Nullable Interruption interruption;

    private record Interruption(String action, Runnable interference) {}

    /** Thrown by every append, if set. */
    public volatile @Nullable RuntimeException appendFailure;

    private volatile Instant now = Instant.parse("2026-11-21T08:00:00Z");

    public AdminFixture(Path home) {
        this.home = home;
        var clock = clock();
        database = Database.open(home.resolve("kruxos.db"));
        vault = Vault.create(database, KeyFiles.in(home), clock);
        var changes = new ChangeFeed();
        agents = Agents.open(database, changes, new byte[32], clock);
        tokens = UserTokens.open(database, changes, new byte[32], clock);
        operatorSessions = new OperatorSessions(new byte[32], clock);
        audit = AuditLog.open(home.resolve("audit.db"), new byte[32], clock);
        var parts = new AdminDependencies(
                new Spaces(database, clock),
                agents,
                tokens,
                Operators.open(database, changes, new byte[32], clock),
                operatorSessions,
                sessions,
                servers,
                vault,
                new AccessPolicy(List.of(), Tier.AUTONOMOUS),
                ServerCertificate.open(home.resolve("tls"), Set.of(), "box", SystemInfo.effectiveUserId(), clock));
        admin = Admin.of(new AuditedActions(this::append), audit, parts, info(home));
        requireDone(admin.spaces().create(root(), Spaces.DEFAULT_NAME));
        appendedEntries.clear();
    }

    public InstantSource clock() {
        return () -> now;
    }

    public void advance(Duration time) {
        now = now.plus(time);
    }

    public static AuditPrincipal root() {
        return new AuditPrincipal(AuditPrincipal.PrincipalType.ROOT, "root", "root", "admin.sock", null);
    }

    /** Outcome records as action and outcome, such as {@code agent.revoke done}. */
    public List<String> closedActions() {
        return appendedEntries.stream()
                .map(AppendedEntry::entry)
                .filter(entry -> entry.kind().equals(AuditedActions.OUTCOME_KIND))
                .map(entry -> entry.action() + " " + entry.outcome())
                .toList();
    }

    /** Sets what runs after the intent of the next action of this name. */
    void runDuring(String action, Runnable done) {
        interruption = new Interruption(action, done);
    }

    Session openSession(String agent, String key, RecordingAgentConnection line) {
        var opening = new Caller(
                agent,
                "name",
                "space",
                new AgentCredential(key, "abcd", null, null),
                "127.0.0.1",
                ClientInfo.NONE,
                Sessions.newId());
        return sessions.open(opening, now, line, () -> true).openedSession().orElseThrow();
    }

    /** Opens a session; the result tells whether it was closed. */
    public BooleanSupplier connectAgent(AuthenticatedAgent inside) {
        var line = new RecordingAgentConnection(() -> {});
        openSession(inside.agent().id(), inside.keyId(), line);
        return () -> line.closeReason != null;
    }

    public static <T> T requireDone(Result<T> answer) {
        return switch (answer) {
            case Result.Done<T>(var value) -> value;
            case Result.Refused<T>(var reason, var detail, var hint) ->
                throw new AssertionError(reason + ": " + detail + " (" + hint + ")");
        };
    }

    public static <T> Result.RefusalReason requireRefused(Result<T> answer) {
        return switch (answer) {
            case Result.Done<T>(var value) -> throw new AssertionError("was not refused: " + value);
            case Result.Refused<T> refused -> refused.reason();
        };
    }

    @Override
    public void close() {
        audit.close();
        vault.close();
        database.close();
    }

    private long append(AuditEntry entry, Durability durability) {
        var reason = appendFailure;
        if (reason != null) {
            throw reason;
        }
        appendedEntries.add(new AppendedEntry(entry, durability));
        var comes = interruption;
        if (comes != null
                && entry.kind().equals(AuditedActions.INTENT_KIND)
                && comes.action().equals(entry.action())) {
            interruption = null;
            comes.interference().run();
        }
        return audit.append(entry, durability);
    }

    private ApplianceInfo info(Path home) {
        return new ApplianceInfo(
                "0.1.0",
                now,
                home.toString(),
                Map.of("mcp", 7700),
                "https://127.0.0.1:7800",
                "age-file",
                home.resolve("keyring/age.key").toString(),
                true,
                () -> new CertificateInfo(
                        "00".repeat(31).replace("00", "00:") + "00",
                        List.of("localhost"),
                        now,
                        now.plusSeconds(60),
                        home.resolve("tls/certificate.pem"),
                        true,
                        "-----BEGIN CERTIFICATE-----"),
                () -> Map.of("answered", 3L, "refused", 1L),
                List.of(() -> List.of(
                        new HealthCheck("vault", HealthCheck.HealthLevel.YELLOW, "no recovery slot", "add one"),
                        new HealthCheck("key", HealthCheck.HealthLevel.ADVICE, "a plain file", "keep a copy"))));
    }
}
