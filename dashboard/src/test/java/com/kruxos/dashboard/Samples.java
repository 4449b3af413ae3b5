package com.kruxos.dashboard;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Invented data. What comes from outside in real life is spoken by the voice. */
record Samples(Voice voice) {
    static final Instant NOW = Instant.parse("2026-11-21T20:31:07.123456Z");
    static final String FINGERPRINT =
            "5D:7E:0C:41:9A:B2:33:F0:88:16:4C:DE:70:A9:25:61:0F:B8:92:E3:4A:17:C6:5B:D1:08:7F:36:EA:94:2C:58";

    private String said(String text) {
        return voice.apply(text);
    }

    private static Instant ago(Duration time) {
        return NOW.minus(time);
    }

    Frame frame(Section section, Level level, Notice... notices) {
        return new Frame("maria", "c5rf", "0.1.0", "kruxos.office.example", level, List.of(notices), section);
    }

    Frame outside() {
        return new Frame(null, "c5rf", "0.1.0", "kruxos.office.example", Level.GREEN, List.of(), Section.NONE);
    }

    Notice done() {
        return new Notice(Kind.DONE, said("The agent build-bot is paused."), null);
    }

    Notice wrong() {
        return new Notice(
                Kind.PROBLEM, said("The session was closed by its other end."), said("There is nothing to do."));
    }

    Home home(Level level) {
        return new Home(
                new Overview(level, checks(level), 12, 4, 3, 128_403, FINGERPRINT, ago(Duration.ofDays(9))),
                level == Level.GREEN ? List.of() : waiting(),
                connected(),
                traffic(),
                entries());
    }

    Home emptyHome() {
        return new Home(
                new Overview(Level.GREEN, checks(Level.GREEN), 0, 0, 0, 1, FINGERPRINT, NOW),
                List.of(),
                List.of(),
                new Traffic(NOW, List.of()),
                List.of());
    }

    private List<Check> checks(Level level) {
        var well = List.of(
                new Check("vault", Level.GREEN, "open", null),
                new Check("audit", Level.GREEN, said("128,403 records, in order"), null),
                new Check("disk", Level.GREEN, "41 GiB free", null),
                new Check(
                        "key",
                        Level.ADVICE,
                        "the vault's key lies in a plain file, and there is no second one to recover with",
                        "keep a copy of the key file offline; without it every secret is lost"));
        var server = new Check(
                "servers",
                Level.YELLOW,
                said("github waits for a secret"),
                said("kruxos secret put work/GITHUB_TOKEN"));
        var disk = new Check("certificate", Level.RED, "ran out yesterday", "kruxos cert replace");
        return switch (level) {
            case GREEN, ADVICE -> well;
            case YELLOW -> List.of(well.get(0), well.get(1), well.get(2), well.get(3), server);
            case RED -> List.of(well.get(0), disk, well.get(1), server, well.get(2), well.get(3));
        };
    }

    private List<Waiting> waiting() {
        return List.of(
                new Waiting(said("The server github needs GITHUB_TOKEN"), "kruxos secret put work/GITHUB_TOKEN"),
                new Waiting(said("The certificate ends in 12 days"), said("kruxos cert replace")));
    }

    List<Connected> connected() {
        return List.of(
                connected("ses_k3w7p2mzqx5lhd4a", "build-bot", "claude-code 2.1.4", "192.168.1.23", 14, 812, 2),
                connected("ses_q6r2n8vbyt3jf7ce", "release-notes", "Visual Studio Code 1.126", "127.0.0.1", 190, 64, 0),
                connected(
                        "ses_a2d5g7hjk3l4m6np",
                        "night-watch",
                        "codex-mcp-client 0.71.0",
                        "10.4.0.8",
                        2_903,
                        10_412,
                        1));
    }

    private Connected connected(
            String session, String agent, String client, String origin, int minutes, long calls, int inFlight) {
        return new Connected(
                session,
                agent,
                "/agents/agt_k3w7p2mzqx5lhd4a",
                "work",
                said(client),
                said(origin),
                ago(Duration.ofMinutes(minutes)),
                calls,
                inFlight);
    }

    Traffic traffic() {
        var minutes = IntStream.range(0, Traffic.LONGEST)
                .mapToObj(at -> new Minute(
                        Math.max(0, (int) (22 + 15 * Math.sin(at / 6.0) + 9 * Math.sin(at / 1.7))),
                        at % 17 == 5 ? 3 : at % 23 == 9 ? 1 : 0))
                .toList();
        return new Traffic(Instant.parse("2026-11-21T19:31:00Z"), minutes);
    }

    List<Entry> entries() {
        return List.of(
                entry(128_403, 1, "agent build-bot", "tools/call", "github.create_issue", "open", "call.opened"),
                entry(128_402, 3, "agent night-watch", "tools/call", "grafana.query", "failed", "call.closed"),
                entry(128_401, 9, "agent release-notes", "tools/call", "github.merge", "refused", "call.refused"),
                entry(128_400, 31, "operator maria", "agent.pause", "old-crawler", "done", "admin.closed"),
                entry(
                        128_399,
                        47,
                        "agent build-bot",
                        "resources/read",
                        "file:///srv/docs/README.md",
                        "done",
                        "call.closed"),
                entry(128_398, 75, "system", "audit.interrupted", "128211", "interrupted", "audit.interrupted"));
    }

    private Entry entry(long seq, int seconds, String who, String action, String target, String outcome, String kind) {
        return new Entry(seq, ago(Duration.ofSeconds(seconds)), said(who), action, said(target), outcome, kind);
    }

    AgentRow row(String name, String purpose, State state, int sessions) {
        var over = state == State.REVOKED || state == State.EXPIRED;
        return new AgentRow(
                "agt_k3w7p2mzqx5lhd4a",
                "/agents/agt_k3w7p2mzqx5lhd4a",
                name,
                "work",
                purpose.isEmpty() ? "" : said(purpose),
                state,
                over ? "" : "9f3c",
                ago(Duration.ofDays(40)),
                state == State.ACTIVE ? null : ago(Duration.ofDays(-20)),
                sessions);
    }

    Agents agents() {
        return new Agents(
                List.of(
                        row(
                                "build-bot",
                                "Builds and tests what is merged, opens issues for what fails",
                                State.ACTIVE,
                                1),
                        row("night-watch", "Looks at the dashboards of the night", State.ACTIVE, 1),
                        row("old-crawler", "", State.PAUSED, 0),
                        row("release-notes", "Writes the notes of a release from its commits", State.ACTIVE, 1),
                        row("summer-intern-2025-with-a-name-as-long-as-names-may-be-at-most-63", "", State.EXPIRED, 0),
                        row("trial", "A trial of the calendar server", State.REVOKED, 0)),
                "",
                2,
                3,
                112);
    }

    Agents noAgents(String query) {
        return new Agents(List.of(), query, 1, 1, 0);
    }

    AgentPage agent(State state) {
        var over = state == State.REVOKED || state == State.EXPIRED;
        return new AgentPage(
                row("build-bot", "Builds and tests what is merged, opens issues for what fails", state, over ? 0 : 3),
                over ? List.of() : keys(),
                over ? List.of() : connected(),
                tools(),
                state == State.PAUSED,
                entries(),
                null);
    }

    AgentPage newborn(String problem) {
        return new AgentPage(
                row("build-bot", "", State.ACTIVE, 0),
                keys().subList(1, 2),
                List.of(),
                List.of(),
                true,
                List.of(),
                problem);
    }

    private List<Key> keys() {
        return List.of(
                new Key("key_m2n4b6v8c3x5z7lk", "0b1e", ago(Duration.ofDays(40)), ago(Duration.ofHours(-23))),
                new Key("key_p9o8i7u6y5t4r3e2", "9f3c", ago(Duration.ofHours(1)), null));
    }

    private List<Tool> tools() {
        return List.of(
                new Tool("github_create_issue", "github", said("Opens an issue in a repository."), true),
                new Tool("github_merge", "github", said("Merges a pull request.\nNeeds write access."), false),
                new Tool("grafana_query", "grafana", "", true),
                new Tool(
                        "fs_read_text_file",
                        "files",
                        said("Reads a file as text, from the folders it is allowed."),
                        true));
    }

    Issued issued(byte[] key) {
        var endpoint = "https://kruxos.office.example:7700/mcp";
        return new Issued(
                row("build-bot", "", State.ACTIVE, 0),
                key,
                endpoint,
                Snippets.of(URI.create(endpoint), URI.create("wss://kruxos.office.example:7700/mcp"), "build-bot"));
    }

    static byte[] key() {
        return "0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII);
    }

    Account account() {
        return new Account(
                "maria",
                List.of(
                        new Seat(
                                "st_1",
                                said("192.168.1.23"),
                                said("Firefox 151 on Linux"),
                                ago(Duration.ofHours(2)),
                                NOW,
                                true),
                        new Seat(
                                "st_2",
                                "10.4.0.8",
                                said("Safari 27 on iOS"),
                                ago(Duration.ofHours(9)),
                                ago(Duration.ofHours(3)),
                                false)),
                List.of(
                        new OperatorRow("maria", ago(Duration.ofDays(90)), NOW, "active"),
                        new OperatorRow("joão", ago(Duration.ofDays(1)), null, said("invited"))),
                null);
    }
}
