package com.kruxos.tokenapi;

import com.kruxos.admin.Admin;
import com.kruxos.admin.HealthCheck;
import com.kruxos.admin.MetricsSnapshot;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How the appliance does, in the text format of OpenMetrics 1.0. No names of agents, servers or Spaces are in it. */
final class Metrics {
    static final String CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final Admin admin;

    Metrics(Admin admin) {
        this.admin = admin;
    }

    ApiResponse handle(ApiRequest ask) {
        return ApiResponse.content(
                CONTENT_TYPE,
                render(admin.status().metrics(), ask.receivedAt().toEpochMilli())
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static String render(MetricsSnapshot pulse, long now) {
        var text = new StringBuilder();
        appendFamily(text, "kruxos_build", "info", "Which build this is.");
        appendSample(text, "kruxos_build_info", "version", pulse.version(), 1);
        appendGauge(
                text,
                "kruxos_start_time_seconds",
                "When it started, in Unix time.",
                formatSeconds(pulse.started().toEpochMilli()));
        appendGauge(
                text,
                "kruxos_uptime_seconds",
                "How long it runs.",
                formatSeconds(now - pulse.started().toEpochMilli()));
        appendMemory(text);
        appendGauge(text, "kruxos_sessions", "Agents' sessions that are open.", pulse.sessions());
        appendFamily(text, "kruxos_servers", "gauge", "Servers by state.");
        pulse.serversByState().forEach((state, count) -> appendSample(text, "kruxos_servers", "state", state, count));
        appendFamily(text, "kruxos_audit_records", "counter", "Records in the audit log.");
        text.append("kruxos_audit_records_total ").append(pulse.auditRecords()).append('\n');
        appendFamily(text, "kruxos_health", "gauge", "Checks by name: 0 green or advice, 1 yellow, 2 red.");
        worstLevels(pulse).forEach((check, level) -> appendSample(text, "kruxos_health", "check", check, level));
        if (!pulse.callCounts().isEmpty()) {
            appendFamily(text, "kruxos_calls", "counter", "Agents' calls since it started, by outcome.");
            pulse.callCounts()
                    .forEach((outcome, count) -> appendSample(text, "kruxos_calls_total", "outcome", outcome, count));
        }
        return text.append("# EOF\n").toString();
    }

    private static void appendMemory(StringBuilder text) {
        var memory = ManagementFactory.getMemoryMXBean();
        var heap = memory.getHeapMemoryUsage();
        appendGauge(text, "jvm_memory_heap_used_bytes", "Heap in use.", heap.getUsed());
        appendGauge(text, "jvm_memory_heap_committed_bytes", "Heap taken from the system.", heap.getCommitted());
        appendGauge(text, "jvm_memory_heap_max_bytes", "Heap there may be; -1 when unlimited.", heap.getMax());
        appendGauge(
                text,
                "jvm_memory_other_used_bytes",
                "Memory of the JVM beside the heap.",
                memory.getNonHeapMemoryUsage().getUsed());
        appendGauge(
                text,
                "jvm_threads",
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    /** Two checks of one name are one series, as bad as the worse. */
    private static Map<String, Integer> worstLevels(MetricsSnapshot pulse) {
        var worst = new TreeMap<String, Integer>();
        for (HealthCheck check : pulse.checks()) {
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
