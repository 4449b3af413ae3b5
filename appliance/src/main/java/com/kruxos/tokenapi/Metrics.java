package com.kruxos.tokenapi;

import com.kruxos.admin.Admin;
import com.kruxos.admin.Check;
import com.kruxos.admin.Pulse;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How the appliance does, in the text format of OpenMetrics 1.0. No names of agents, servers or Spaces are in it. */
final class Metrics {
    static final String TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final Admin admin;

    Metrics(Admin admin) {
        this.admin = admin;
    }

    Reply answer(Ask ask) {
        return Reply.text(
                TYPE, text(admin.status().pulse(), ask.now().toEpochMilli()).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Pulse pulse, long now) {
        var text = new StringBuilder();
        family(text, "kruxos_build", "info", "Which build this is.");
        line(text, "kruxos_build_info", "version", pulse.version(), 1);
        gauge(
                text,
                "kruxos_start_time_seconds",
                "When it started, in Unix time.",
                millis(pulse.started().toEpochMilli()));
        gauge(
                text,
                "kruxos_uptime_seconds",
                "How long it runs.",
                millis(now - pulse.started().toEpochMilli()));
        memory(text);
        gauge(text, "kruxos_sessions", "Agents' sessions that are open.", pulse.sessions());
        family(text, "kruxos_servers", "gauge", "Servers by state.");
        pulse.servers().forEach((state, count) -> line(text, "kruxos_servers", "state", state, count));
        family(text, "kruxos_audit_records", "counter", "Records in the audit log.");
        text.append("kruxos_audit_records_total ").append(pulse.records()).append('\n');
        family(text, "kruxos_health", "gauge", "Checks by name: 0 green or advice, 1 yellow, 2 red.");
        worst(pulse).forEach((check, level) -> line(text, "kruxos_health", "check", check, level));
        if (!pulse.calls().isEmpty()) {
            family(text, "kruxos_calls", "counter", "Agents' calls since it started, by outcome.");
            pulse.calls().forEach((outcome, count) -> line(text, "kruxos_calls_total", "outcome", outcome, count));
        }
        return text.append("# EOF\n").toString();
    }

    private static void memory(StringBuilder text) {
        var memory = ManagementFactory.getMemoryMXBean();
        var heap = memory.getHeapMemoryUsage();
        gauge(text, "jvm_memory_heap_used_bytes", "Heap in use.", heap.getUsed());
        gauge(text, "jvm_memory_heap_committed_bytes", "Heap taken from the system.", heap.getCommitted());
        gauge(text, "jvm_memory_heap_max_bytes", "Heap there may be; -1 when unlimited.", heap.getMax());
        gauge(
                text,
                "jvm_memory_other_used_bytes",
                "Memory of the JVM beside the heap.",
                memory.getNonHeapMemoryUsage().getUsed());
        gauge(
                text,
                "jvm_threads",
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    /** Two checks of one name are one series, as bad as the worse. */
    private static Map<String, Integer> worst(Pulse pulse) {
        var worst = new TreeMap<String, Integer>();
        for (Check check : pulse.checks()) {
            worst.merge(check.name(), figure(check.level()), Math::max);
        }
        return worst;
    }

    private static int figure(Check.Level level) {
        return switch (level) {
            case GREEN, ADVICE -> 0;
            case YELLOW -> 1;
            case RED -> 2;
        };
    }

    private static void gauge(StringBuilder text, String name, String help, Object value) {
        family(text, name, "gauge", help);
        text.append(name).append(' ').append(value).append('\n');
    }

    private static void family(StringBuilder text, String name, String type, String help) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    }

    private static void line(StringBuilder text, String name, String label, String value, long number) {
        text.append(name).append('{').append(label).append("=\"");
        text.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
        text.append("\"} ").append(number).append('\n');
    }

    private static String millis(long millis) {
        return String.format(Locale.ROOT, "%d.%03d", millis / 1000, millis % 1000);
    }
}
