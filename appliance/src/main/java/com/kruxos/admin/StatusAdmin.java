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

/** How the appliance is, at one glance. */
public final class StatusAdmin {
    private final ApplianceInfo info;
    private final AdminDependencies dependencies;
    private final AuditLog audit;

    StatusAdmin(ApplianceInfo facts, AdminDependencies parts, AuditLog audit) {
        this.info = facts;
        this.dependencies = parts;
        this.audit = audit;
    }

    public ApplianceStatus status() {
        return new ApplianceStatus(info, checks(), counts(), audit.lastSeq(), headHash());
    }

    /** That of the {@link #status()}, without what costs a look into the database. */
    public HealthCheck.HealthLevel level() {
        return HealthCheck.worstLevel(checks());
    }

    /** What the doors show to whoever connects with TLS. */
    public CertificateInfo certificate() {
        return info.certificate().get();
    }

    /** Where a browser finds the dashboard, without a slash at the end. */
    public String dashboardUrl() {
        return info.dashboardUrl();
    }

    /** Agents' calls since the start by outcome. */
    public Map<String, Long> callCounts() {
        return info.callCounts().get();
    }

    /** How many records the audit log holds. */
    public long auditRecords() {
        return audit.lastSeq();
    }

    /** The same in figures, without what costs a look into the database. */
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

    /** Not verified here: that reads everything. */
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

    /** A check that breaks is itself a finding, and must not hide the others. */
    private static Stream<HealthCheck> runCheck(Supplier<List<HealthCheck>> checks) {
        try {
            return checks.get().stream();
        } catch (RuntimeException e) {
            return Stream.of(new HealthCheck(
                    "check",
                    HealthCheck.HealthLevel.RED,
                    "a check could not be made: " + e.getClass().getSimpleName(),
                    "look into the log"));
        }
    }
}
