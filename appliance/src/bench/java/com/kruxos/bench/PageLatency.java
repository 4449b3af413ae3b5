package com.kruxos.bench;

import com.kruxos.peers.AdminSocketClient;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Measures dashboard pages of an appliance with many agents, audit records and sessions. */
final class PageLatency {
    private static final int AGENTS = 1_000;
    private static final int SESSIONS = 20;
    private static final int SAMPLES = 200;

    private final BenchAppliance appliance;
    private final AdminSocketClient api;

    PageLatency(BenchAppliance served) {
        this.appliance = served;
        api = served.api();
    }

    void print() throws IOException, InterruptedException {
        var connected = new ArrayList<WebSocketAgent>();
        var agent = createAgents(connected);
        try (var reader = new DashboardReader(appliance.home(), api)) {
            var status = api.get("/status").json();
            System.out.printf(
                    Locale.ROOT,
                    "%nPages: %s agents, %s sessions, %s records%n",
                    status.path("counts").path("agents"),
                    status.path("counts").path("sessions"),
                    status.path("audit").path("records"));
            System.out.println("page                                  p50 ms     p99 ms       KiB");
            for (var page : List.of("/", "/agents", "/agents?q=agent-07", "/agents?page=9", "/agents/" + agent)) {
                measure(reader, page);
            }
        } finally {
            connected.forEach(WebSocketAgent::close);
        }
    }

    /**
     * Creates the agents and connects some; returns the id of one of those. Each agent is two audit records, each
     * session another.
     */
    private String createAgents(List<WebSocketAgent> connected) {
        var id = "";
        for (var i = 0; i < AGENTS; i++) {
            var made = api.post(
                            "/agents",
                            String.format(
                                    Locale.ROOT,
                                    "{\"name\":\"agent-%04d\",\"purpose\":\"builds what customer %d wants\"}",
                                    i,
                                    i))
                    .json();
            if (i < SESSIONS) {
                connected.add(WebSocketAgent.connect(
                        appliance.port(), made.path("key").asString()));
                connected.getLast().initialize();
                connected.getLast().call(1, "echo__echo", "{\"text\":\"hello\"}");
                id = made.path("agent").path("id").asString(id);
            }
        }
        return id;
    }

    private static void measure(DashboardReader reader, String page) throws IOException, InterruptedException {
        var times = new long[SAMPLES];
        var length = 0;
        for (var i = -SAMPLES; i < SAMPLES; i++) {
            var began = System.nanoTime();
            length = reader.read(page).length();
            times[Math.max(i, 0)] = System.nanoTime() - began;
        }
        Arrays.sort(times);
        System.out.printf(
                Locale.ROOT,
                "%-34s %9.1f %10.1f %9d%n",
                page,
                times[SAMPLES / 2] / 1e6,
                times[SAMPLES * 99 / 100] / 1e6,
                length / 1_024);
    }
}
