package com.kruxos.bench;

import com.kruxos.peers.Api;
import com.kruxos.peers.RawAgent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How soon an operator has a page, of an appliance with many agents, records and sessions. */
final class PageTimes {
    private static final int AGENTS = 1_000;
    private static final int SESSIONS = 20;
    private static final int TIMES = 200;

    private final Served served;
    private final Api api;

    PageTimes(Served served) {
        this.served = served;
        api = served.api();
    }

    void print() throws IOException, InterruptedException {
        var connected = new ArrayList<RawAgent>();
        var agent = fill(connected);
        try (var reader = new Reader(served.home(), api)) {
            var status = api.get("/status").json();
            System.out.printf(
                    Locale.ROOT,
                    "%nPages: %s agents, %s sessions, %s records%n",
                    status.path("counts").path("agents"),
                    status.path("counts").path("sessions"),
                    status.path("audit").path("records"));
            System.out.println("page                                  p50 ms     p99 ms       KiB");
            for (var page : List.of("/", "/agents", "/agents?q=agent-07", "/agents?page=9", "/agents/" + agent)) {
                time(reader, page);
            }
        } finally {
            connected.forEach(RawAgent::close);
        }
    }

    /** Makes the agents and connects some; gives one of those. Each agent is two records, each session another. */
    private String fill(List<RawAgent> connected) {
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
                connected.add(RawAgent.connect(served.port(), made.path("key").asString()));
                connected.getLast().hello();
                connected.getLast().call(1, "echo__echo", "{\"text\":\"hello\"}");
                id = made.path("agent").path("id").asString(id);
            }
        }
        return id;
    }

    private static void time(Reader reader, String page) throws IOException, InterruptedException {
        var times = new long[TIMES];
        var length = 0;
        for (var i = -TIMES; i < TIMES; i++) {
            var began = System.nanoTime();
            length = reader.read(page).length();
            times[Math.max(i, 0)] = System.nanoTime() - began;
        }
        Arrays.sort(times);
        System.out.printf(
                Locale.ROOT,
                "%-34s %9.1f %10.1f %9d%n",
                page,
                times[TIMES / 2] / 1e6,
                times[TIMES * 99 / 100] / 1e6,
                length / 1_024);
    }
}
