package com.kruxos.admin;

import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditQuery;
import com.kruxos.audit.AuditRecord;
import com.kruxos.identity.Space;
import com.kruxos.server.ServerState;
import com.kruxos.tls.CertificateInfo;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The state of the appliance. */
public final class StatusAdmin {
    private final ApplianceInfo info;
    private final AdminDependencies dependencies;
    private final AuditLog audit;

    StatusAdmin(ApplianceInfo info, AdminDependencies dependencies, AuditLog audit) {
        this.info = info;
        this.dependencies = dependencies;
        this.audit = audit;
    }

    public ApplianceStatus status() {
        return new ApplianceStatus(info, checks(), counts(), audit.lastSeq(), headHash());
    }

    /** The level of {@link #status()}, without reading the database. */
    public HealthCheck.HealthLevel level() {
        return HealthCheck.worstLevel(checks());
    }

    /** The TLS certificate in use. */
    public CertificateInfo certificate() {
        return info.certificate().get();
    }

    /** Without a trailing slash. */
    public String dashboardUrl() {
        return info.dashboardUrl();
    }

    /** Agents' calls since the start by outcome. */
    public Map<String, Long> callCounts() {
        return info.callCounts().get();
    }

    /** The number of records in the audit log. */
    public long auditRecords() {
        return audit.lastSeq();
    }

    /** Figures for metrics, without reading the database. */
    public MetricsSnapshot metrics() {
        var servers = new TreeMap<String, Integer>();
        for (var name : ServerState.Phase.values()) {
            servers.put(name.name().toLowerCase(Locale.ROOT), 0);
        }
        for (var server : dependencies.servers().list(null)) {
            var name = dependencies.servers().state(server.id()).phase();
            servers.merge(name.name().toLowerCase(Locale.ROOT), 1, Integer::sum);
        }
        return new MetricsSnapshot(
                info.version(),
                info.started(),
                checks(),
                dependencies.sessions().count(),
                servers,
                audit.lastSeq(),
                info.callCounts().get());
    }

    /** Not verified: that would read the whole log. */
    private String headHash() {
        return audit.query(AuditQuery.newest(1)).stream()
                .map(AuditRecord::hash)
                .findFirst()
                .orElse("");
    }

    private ApplianceStatus.InventoryCounts counts() {
        var spaces = dependencies.spaces().list();
        return new ApplianceStatus.InventoryCounts(
                spaces.size(),
                dependencies.agents().list(null).size(),
                dependencies.servers().list(null).size(),
                dependencies.sessions().count(),
                countSecrets(spaces));
    }

    private int countSecrets(List<Space> spaces) {
        return spaces.stream()
                .mapToInt(space -> dependencies.vault().list(space.id()).size())
                .sum();
    }

    private List<HealthCheck> checks() {
        return info.checks().stream().flatMap(StatusAdmin::runCheck).toList();
    }

    /** A failing check must not hide the others. */
    private static Stream<HealthCheck> runCheck(Supplier<List<HealthCheck>> checks) {
        try {
            return checks.get().stream();
        } catch (RuntimeException e) {
            return Stream.of(new HealthCheck(
                    "check",
                    HealthCheck.HealthLevel.RED,
                    "the check failed: " + e.getClass().getSimpleName(),
                    "read the log of the appliance"));
        }
    }
}
