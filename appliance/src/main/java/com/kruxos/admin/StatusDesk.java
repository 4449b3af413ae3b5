package com.kruxos.admin;

import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditQuery;
import com.kruxos.audit.AuditRecord;
import com.kruxos.identity.Space;
import com.kruxos.server.ServerState;
import com.kruxos.tls.Shown;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** How the appliance is, at one glance. */
public final class StatusDesk {
    private final Facts facts;
    private final Parts parts;
    private final AuditLog audit;

    StatusDesk(Facts facts, Parts parts, AuditLog audit) {
        this.facts = facts;
        this.parts = parts;
        this.audit = audit;
    }

    public Status status() {
        return new Status(facts, checks(), counts(), audit.lastSeq(), head());
    }

    /** That of the {@link #status()}, without what costs a look into the database. */
    public Check.Level level() {
        return Check.worst(checks());
    }

    /** What the doors show to whoever connects with TLS. */
    public Shown certificate() {
        return facts.certificate().get();
    }

    /** Where a browser finds the dashboard, without a slash at the end. */
    public String dashboard() {
        return facts.dashboard();
    }

    /** Agents' calls since the start by outcome. */
    public Map<String, Long> calls() {
        return facts.calls().get();
    }

    /** How many records the audit log holds. */
    public long records() {
        return audit.lastSeq();
    }

    /** The same in figures, without what costs a look into the database. */
    public Pulse pulse() {
        var servers = new TreeMap<String, Integer>();
        for (var name : ServerState.Phase.values()) {
            servers.put(name.name().toLowerCase(Locale.ROOT), 0);
        }
        for (var server : parts.servers().list(null)) {
            var name = parts.servers().state(server.id()).phase();
            servers.merge(name.name().toLowerCase(Locale.ROOT), 1, Integer::sum);
        }
        return new Pulse(
                facts.version(),
                facts.started(),
                checks(),
                parts.sessions().count(),
                servers,
                audit.lastSeq(),
                facts.calls().get());
    }

    /** Not verified here: that reads everything. */
    private String head() {
        return audit.query(AuditQuery.newest(1)).stream()
                .map(AuditRecord::hash)
                .findFirst()
                .orElse("");
    }

    private Status.Counts counts() {
        var spaces = parts.spaces().list();
        return new Status.Counts(
                spaces.size(),
                parts.agents().list(null).size(),
                parts.servers().list(null).size(),
                parts.sessions().count(),
                secrets(spaces));
    }

    private int secrets(List<Space> spaces) {
        return spaces.stream()
                .mapToInt(space -> parts.vault().list(space.id()).size())
                .sum();
    }

    private List<Check> checks() {
        return facts.checks().stream().flatMap(StatusDesk::ask).toList();
    }

    /** A check that breaks is itself a finding, and must not hide the others. */
    private static Stream<Check> ask(Supplier<List<Check>> checks) {
        try {
            return checks.get().stream();
        } catch (RuntimeException e) {
            return Stream.of(new Check(
                    "check",
                    Check.Level.RED,
                    "a check could not be made: " + e.getClass().getSimpleName(),
                    "look into the log"));
        }
    }
}
