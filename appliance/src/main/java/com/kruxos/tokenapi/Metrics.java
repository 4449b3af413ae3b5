package com.kruxos.tokenapi;

import com.kruxos.admin.Admin;
import com.kruxos.admin.HealthCheck;
import com.kruxos.admin.MetricsSnapshot;
import com.kruxos.web.http.WebResponse;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Metrics in the OpenMetrics 1.0 text format. They contain no names of agents, servers or Spaces. */
final class Metrics {
    static final String CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final Admin admin;

    Metrics(Admin admin) {
        this.admin = admin;
    }

    WebResponse handle(ApiRequest request) {
        return WebResponse.of(
                200,
                CONTENT_TYPE,
                render(admin.status().metrics(), request.receivedAt().toEpochMilli())
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static String render(MetricsSnapshot snapshot, long now) {
        var text = new StringBuilder();
        appendFamily(text, "kruxos_build", "info", "Version of the appliance.");
        appendSample(text, "kruxos_build_info", "version", snapshot.version(), 1);
        appendGauge(
                text,
                "kruxos_start_time_seconds",
                "Start time in Unix time.",
                formatSeconds(snapshot.started().toEpochMilli()));
        appendGauge(
                text,
                "kruxos_uptime_seconds",
                "Time since the start.",
                formatSeconds(now - snapshot.started().toEpochMilli()));
        appendMemory(text);
        appendGauge(text, "kruxos_sessions", "Open sessions of agents.", snapshot.sessions());
        appendFamily(text, "kruxos_servers", "gauge", "Servers by state.");
        snapshot.serversByState()
                .forEach((state, count) -> appendSample(text, "kruxos_servers", "state", state, count));
        appendFamily(text, "kruxos_audit_records", "counter", "Records in the audit log.");
        text.append("kruxos_audit_records_total ")
                .append(snapshot.auditRecords())
                .append('\n');
        appendFamily(text, "kruxos_health", "gauge", "Health checks by name: 0 green or advice, 1 yellow, 2 red.");
        worstLevels(snapshot).forEach((check, level) -> appendSample(text, "kruxos_health", "check", check, level));
        if (!snapshot.callCounts().isEmpty()) {
            appendFamily(text, "kruxos_calls", "counter", "Calls of agents since the start, by outcome.");
            snapshot.callCounts()
                    .forEach((outcome, count) -> appendSample(text, "kruxos_calls_total", "outcome", outcome, count));
        }
        return text.append("# EOF\n").toString();
    }

    private static void appendMemory(StringBuilder text) {
        var memory = ManagementFactory.getMemoryMXBean();
        var heap = memory.getHeapMemoryUsage();
        appendGauge(text, "jvm_memory_heap_used_bytes", "Used heap.", heap.getUsed());
        appendGauge(text, "jvm_memory_heap_committed_bytes", "Committed heap.", heap.getCommitted());
        appendGauge(text, "jvm_memory_heap_max_bytes", "Maximum heap; -1 if unlimited.", heap.getMax());
        appendGauge(
                text,
                "jvm_memory_other_used_bytes",
                "Used memory of the JVM outside the heap.",
                memory.getNonHeapMemoryUsage().getUsed());
        appendGauge(
                text,
                "jvm_threads",
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    /** Checks with the same name are one series with the worst level. */
    private static Map<String, Integer> worstLevels(MetricsSnapshot snapshot) {
        var worst = new TreeMap<String, Integer>();
        for (HealthCheck check : snapshot.checks()) {
            worst.merge(check.name(), levelValue(check.level()), Math::max);
        }
        return worst;
    }

    private static int levelValue(HealthCheck.HealthLevel level) {
        return switch (level) {
            case GREEN, ADVICE -> 0;
            case YELLOW -> 1;
            case RED -> 2;
        };
    }

    private static void appendGauge(StringBuilder text, String name, String help, Object value) {
        appendFamily(text, name, "gauge", help);
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void appendFamily(StringBuilder text, String name, String type, String help) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    }

    private static void appendSample(StringBuilder text, String name, String label, String value, long number) {
        text.append(name).append('{').append(label).append("=\"");
        text.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
        text.append("\"} ").append(number).append('\n');
    }

    private static String formatSeconds(long millis) {
        return String.format(Locale.ROOT, "%d.%03d", millis / 1000, millis % 1000);
    }
}
