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

/** The checks behind {@code status}, {@code doctor} and the dashboard. */
final class HealthChecks {
    private static final String CERTIFICATE = "certificate";
    private static final String SERVERS = "servers";
    private static final int EXPIRY_WARNING_DAYS = 14;
    private static final int MAX_SERVERS_NAMED = 5;

    private HealthChecks() {}

    static HealthCheck audit(AuditLog audit) {
        var health = audit.health();
        return switch (health.state()) {
            case GREEN -> new HealthCheck("audit", HealthCheck.HealthLevel.GREEN, "the audit log is writable", null);
            case YELLOW -> new HealthCheck("audit", HealthCheck.HealthLevel.YELLOW, health.reason(), health.hint());
            case RED -> new HealthCheck("audit", HealthCheck.HealthLevel.RED, health.reason(), health.hint());
        };
    }

    /**
     * Advice on the vault key: it is in a plain file, or there is only one. Every new home starts like this, so it is
     * no warning: a permanent warning hides others.
     */
    static HealthCheck key(boolean plain) {
        return new HealthCheck(
                "key",
                HealthCheck.HealthLevel.ADVICE,
                plain
                        ? "the vault key is in a plain file, and there is no second key for recovery"
                        : "there is no second key for recovery",
                "keep an offline copy of the key file; without it every secret is lost");
    }

    /** Warns before a certificate of the owner expires; a self-signed one is renewed automatically. */
    static HealthCheck certificate(ServerCertificate certificate, Instant now) {
        var trouble = certificate.reloadFailure().orElse(null);
        var shown = certificate.info();
        var left = Duration.between(now, shown.notAfter()).toDays();
        if (!now.isBefore(shown.notAfter())) {
            return new HealthCheck(
                    CERTIFICATE,
                    HealthCheck.HealthLevel.RED,
                    trouble == null ? "the certificate has expired" : trouble.message(),
                    trouble == null ? "kruxos cert replace --certificate FILE --key FILE" : trouble.hint());
        }
        if (trouble != null) {
            return new HealthCheck(CERTIFICATE, HealthCheck.HealthLevel.YELLOW, trouble.message(), trouble.hint());
        }
        if (!shown.selfSigned() && left < EXPIRY_WARNING_DAYS) {
            return new HealthCheck(
                    CERTIFICATE,
                    HealthCheck.HealthLevel.YELLOW,
                    "the certificate expires in " + left + " days",
                    "kruxos cert replace --certificate FILE --key FILE");
        }
        return new HealthCheck(
                CERTIFICATE,
                HealthCheck.HealthLevel.GREEN,
                "SHA-256 " + shown.fingerprint() + ", until " + shown.notAfter(),
                null);
    }

    /** One check for each server that does not run; beyond the limit the servers are only counted. */
    static List<HealthCheck> servers(ServerRegistry servers, Spaces spaces) {
        var down = servers.list(null).stream()
                .flatMap(server -> unavailable(server, spaces, servers.state(server.id())))
                .toList();
        if (down.isEmpty()) {
            return List.of(new HealthCheck(SERVERS, HealthCheck.HealthLevel.GREEN, "all enabled servers run", null));
        }
        var checks = new ArrayList<>(down.subList(0, Math.min(down.size(), MAX_SERVERS_NAMED)));
        var others = down.size() - checks.size();
        if (others > 0) {
            checks.add(new HealthCheck(
                    SERVERS,
                    HealthCheck.HealthLevel.YELLOW,
                    others == 1 ? "one more server does not run" : others + " more servers do not run",
                    "kruxos server list shows all of them"));
        }
        return checks;
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

    /** Two Spaces can have servers of the same name. */
    private static String name(Server server, Spaces spaces) {
        return spaces.find(server.space())
                .map(Space::name)
                .filter(space -> !space.equals(Spaces.DEFAULT_NAME))
                .map(space -> server.name() + " in the Space " + space)
                .orElse(server.name());
    }
}
