package com.kruxos;

import com.kruxos.admin.HealthCheck;
import com.kruxos.audit.AuditLog;
import com.kruxos.identity.Space;
import com.kruxos.identity.Spaces;
import com.kruxos.server.Server;
import com.kruxos.server.ServerRegistry;
import com.kruxos.server.ServerState;
import com.kruxos.tls.ServerCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@code status} and {@code doctor} look at. */
final class HealthChecks {
    private static final String CERTIFICATE = "certificate";
    private static final String SERVERS = "servers";
    private static final int EXPIRY_WARNING_DAYS = 14;
    private static final int MAX_SERVERS_NAMED = 5;

    private HealthChecks() {}

    static HealthCheck audit(AuditLog audit) {
        var health = audit.health();
        return switch (health.state()) {
            case GREEN -> new HealthCheck("audit", HealthCheck.HealthLevel.GREEN, "records are written", null);
            case YELLOW -> new HealthCheck("audit", HealthCheck.HealthLevel.YELLOW, health.reason(), health.hint());
            case RED -> new HealthCheck("audit", HealthCheck.HealthLevel.RED, health.reason(), health.hint());
        };
    }

    /**
     * What could be better with the key is said every time: that it lies in a plain file, or that there is but one. It
     * is how every home begins, and nothing goes wrong by it: were it a warning, nobody would look at warnings.
     */
    static HealthCheck key(boolean plain) {
        return new HealthCheck(
                "key",
                HealthCheck.HealthLevel.ADVICE,
                plain
                        ? "the vault's key lies in a plain file, and there is no second one to recover with"
                        : "there is no second key to recover with",
                "keep a copy of the key file offline; without it every secret is lost");
    }

    /** Ours renews itself, and whoever trusts it has to be told: said while there is time. Another's ends. */
    static HealthCheck certificate(ServerCertificate certificate, Instant now) {
        var trouble = certificate.reloadFailure().orElse(null);
        var shown = certificate.info();
        var left = Duration.between(now, shown.notAfter()).toDays();
        if (!now.isBefore(shown.notAfter())) {
            return new HealthCheck(
                    CERTIFICATE,
                    HealthCheck.HealthLevel.RED,
                    trouble == null ? "the certificate has ended" : trouble.message(),
                    trouble == null ? "put a current one, with its key, into the home's folder tls" : trouble.hint());
        }
        if (trouble != null) {
            return new HealthCheck(CERTIFICATE, HealthCheck.HealthLevel.YELLOW, trouble.message(), trouble.hint());
        }
        if (!shown.selfSigned() && left < EXPIRY_WARNING_DAYS) {
            return new HealthCheck(
                    CERTIFICATE,
                    HealthCheck.HealthLevel.YELLOW,
                    "the certificate ends in " + left + " days",
                    "put its successor, with the key, into the home's folder tls");
        }
        return new HealthCheck(
                CERTIFICATE,
                HealthCheck.HealthLevel.GREEN,
                "SHA-256 " + shown.fingerprint() + ", until " + shown.notAfter(),
                null);
    }

    /** One for each that does not run, each with what to do; of many the first are named and the others counted. */
    static List<HealthCheck> servers(ServerRegistry servers, Spaces spaces) {
        var down = servers.list(null).stream()
                .flatMap(server -> unavailable(server, spaces, servers.state(server.id())))
                .toList();
        if (down.isEmpty()) {
            return List.of(new HealthCheck(
                    SERVERS, HealthCheck.HealthLevel.GREEN, "every server that is switched on runs", null));
        }
        var told = new ArrayList<>(down.subList(0, Math.min(down.size(), MAX_SERVERS_NAMED)));
        var others = down.size() - told.size();
        if (others > 0) {
            told.add(new HealthCheck(
                    SERVERS,
                    HealthCheck.HealthLevel.YELLOW,
                    others == 1 ? "another server does not run" : others + " more servers do not run",
                    "kruxos server list shows them all"));
        }
        return told;
    }

    private static Stream<HealthCheck> unavailable(Server server, Spaces spaces, ServerState state) {
        return switch (state.phase()) {
            case MISSING_SECRET, BROKEN, BACKING_OFF ->
                Stream.of(new HealthCheck(
                        SERVERS,
                        HealthCheck.HealthLevel.YELLOW,
                        name(server, spaces) + ": " + state.detail(),
                        state.hint()));
            case STOPPED, STARTING, READY, DISABLED -> Stream.of();
        };
    }

    /** Servers of two Spaces may have one name. */
    private static String name(Server server, Spaces spaces) {
        return spaces.find(server.space())
                .map(Space::name)
                .filter(space -> !space.equals(Spaces.DEFAULT_NAME))
                .map(space -> server.name() + " in the Space " + space)
                .orElse(server.name());
    }
}
