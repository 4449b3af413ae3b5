package com.kruxos.dashboard;

import com.kruxos.dashboard.account.AccountPage;
import com.kruxos.dashboard.account.BrowserRow;
import com.kruxos.dashboard.account.OperatorRow;
import com.kruxos.dashboard.agent.AgentKeyRow;
import com.kruxos.dashboard.agent.AgentListPage;
import com.kruxos.dashboard.agent.AgentPage;
import com.kruxos.dashboard.agent.AgentRow;
import com.kruxos.dashboard.agent.AgentStateLabel;
import com.kruxos.dashboard.agent.ConfigSnippets;
import com.kruxos.dashboard.agent.NewKeyPage;
import com.kruxos.dashboard.agent.ToolRow;
import com.kruxos.dashboard.home.CheckRow;
import com.kruxos.dashboard.home.HomePage;
import com.kruxos.dashboard.home.HourOfCalls;
import com.kruxos.dashboard.home.MinuteOfCalls;
import com.kruxos.dashboard.home.Overview;
import com.kruxos.dashboard.home.PendingItem;
import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.layout.Notice;
import com.kruxos.dashboard.layout.NoticeKind;
import com.kruxos.dashboard.page.AuditRow;
import com.kruxos.dashboard.page.SessionRow;
import com.kruxos.dashboard.page.StatusLevel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Sample data. Texts that are untrusted in production are passed through the variant. */
public record SampleData(TextVariant variant) {
    static final Instant NOW = Instant.parse("2026-11-21T20:31:07.123456Z");
    static final String FINGERPRINT =
            "5D:7E:0C:41:9A:B2:33:F0:88:16:4C:DE:70:A9:25:61:0F:B8:92:E3:4A:17:C6:5B:D1:08:7F:36:EA:94:2C:58";

    private String text(String text) {
        return variant.apply(text);
    }

    private static Instant ago(Duration time) {
        return NOW.minus(time);
    }

    public Layout layout(NavigationItem current, StatusLevel level, Notice... notices) {
        return new Layout("maria", "c5rf", "0.1.0", "kruxos.office.example", level, List.of(notices), current);
    }

    Layout signedOutLayout() {
        return new Layout(
                null, "c5rf", "0.1.0", "kruxos.office.example", StatusLevel.GREEN, List.of(), NavigationItem.NONE);
    }

    Notice done() {
        return new Notice(NoticeKind.DONE, text("The agent build-bot is paused."), null);
    }

    Notice problem() {
        return new Notice(
                NoticeKind.PROBLEM, text("The session was closed by its other end."), text("There is nothing to do."));
    }

    HomePage home(StatusLevel level) {
        return new HomePage(
                new Overview(level, checks(level), 12, 4, 3, 128_403, FINGERPRINT, ago(Duration.ofDays(9))),
                level == StatusLevel.GREEN ? List.of() : pending(),
                sessions(),
                calls(),
                auditRows());
    }

    HomePage emptyHome() {
        return new HomePage(
                new Overview(StatusLevel.GREEN, checks(StatusLevel.GREEN), 0, 0, 0, 1, FINGERPRINT, NOW),
                List.of(),
                List.of(),
                new HourOfCalls(NOW, List.of()),
                List.of());
    }

    private List<CheckRow> checks(StatusLevel level) {
        var well = List.of(
                new CheckRow("vault", StatusLevel.GREEN, "open", null),
                new CheckRow("audit", StatusLevel.GREEN, text("128,403 records, in order"), null),
                new CheckRow("disk", StatusLevel.GREEN, "41 GiB free", null),
                new CheckRow(
                        "key",
                        StatusLevel.ADVICE,
                        "the vault key is in a plain file, and there is no second key for recovery",
                        "keep a copy of the key file offline; without it every secret is lost"));
        var server = new CheckRow(
                "servers",
                StatusLevel.YELLOW,
                text("github waits for a secret"),
                text("kruxos secret put work/GITHUB_TOKEN"));
        var disk = new CheckRow("certificate", StatusLevel.RED, "ran out yesterday", "kruxos cert replace");
        return switch (level) {
            case GREEN, ADVICE -> well;
            case YELLOW -> List.of(well.get(0), well.get(1), well.get(2), well.get(3), server);
            case RED -> List.of(well.get(0), disk, well.get(1), server, well.get(2), well.get(3));
        };
    }

    private List<PendingItem> pending() {
        return List.of(
                new PendingItem(text("The server github needs GITHUB_TOKEN"), "kruxos secret put work/GITHUB_TOKEN"),
                new PendingItem(text("The certificate expires in 12 days"), text("kruxos cert replace")));
    }

    List<SessionRow> sessions() {
        return List.of(
                sessions("ses_k3w7p2mzqx5lhd4a", "build-bot", "claude-code 2.1.4", "192.168.1.23", 14, 812, 2),
                sessions("ses_q6r2n8vbyt3jf7ce", "release-notes", "Visual Studio Code 1.126", "127.0.0.1", 190, 64, 0),
                sessions(
                        "ses_a2d5g7hjk3l4m6np",
                        "night-watch",
                        "codex-mcp-client 0.71.0",
                        "10.4.0.8",
                        2_903,
                        10_412,
                        1));
    }

    private SessionRow sessions(
            String session, String agent, String client, String origin, int minutes, long calls, int inFlight) {
        return new SessionRow(
                session,
                agent,
                "/agents/agt_k3w7p2mzqx5lhd4a",
                "work",
                text(client),
                text(origin),
                ago(Duration.ofMinutes(minutes)),
                calls,
                inFlight);
    }

    HourOfCalls calls() {
        var minutes = IntStream.range(0, 60)
                .mapToObj(at -> new MinuteOfCalls(
                        Math.max(0, (int) (22 + 15 * Math.sin(at / 6.0) + 9 * Math.sin(at / 1.7))),
                        at % 17 == 5 ? 3 : at % 23 == 9 ? 1 : 0))
                .toList();
        return new HourOfCalls(Instant.parse("2026-11-21T19:31:00Z"), minutes);
    }

    List<AuditRow> auditRows() {
        return List.of(
                auditRow(128_403, 1, "agent build-bot", "tools/call", "github.create_issue", "open", "call.opened"),
                auditRow(128_402, 3, "agent night-watch", "tools/call", "grafana.query", "failed", "call.closed"),
                auditRow(128_401, 9, "agent release-notes", "tools/call", "github.merge", "refused", "call.refused"),
                auditRow(128_400, 31, "operator maria", "agent.pause", "old-crawler", "done", "admin.closed"),
                auditRow(
                        128_399,
                        47,
                        "agent build-bot",
                        "resources/read",
                        "file:///srv/docs/README.md",
                        "done",
                        "call.closed"),
                auditRow(128_398, 75, "system", "audit.interrupted", "128211", "interrupted", "audit.interrupted"));
    }

    private AuditRow auditRow(
            long seq, int seconds, String who, String action, String target, String outcome, String kind) {
        return new AuditRow(seq, ago(Duration.ofSeconds(seconds)), text(who), action, text(target), outcome, kind);
    }

    public AgentRow agentRow(String name, String purpose, AgentStateLabel state, int sessions) {
        var over = state == AgentStateLabel.REVOKED || state == AgentStateLabel.EXPIRED;
        return new AgentRow(
                "agt_k3w7p2mzqx5lhd4a",
                "/agents/agt_k3w7p2mzqx5lhd4a",
                name,
                "work",
                purpose.isEmpty() ? "" : text(purpose),
                state,
                over ? "" : "9f3c",
                ago(Duration.ofDays(40)),
                state == AgentStateLabel.ACTIVE ? null : ago(Duration.ofDays(-20)),
                sessions);
    }

    AgentListPage agents() {
        return new AgentListPage(
                List.of(
                        agentRow(
                                "build-bot",
                                "Builds and tests what is merged, opens issues for what fails",
                                AgentStateLabel.ACTIVE,
                                1),
                        agentRow("night-watch", "Looks at the dashboards of the night", AgentStateLabel.ACTIVE, 1),
                        agentRow("old-crawler", "", AgentStateLabel.PAUSED, 0),
                        agentRow(
                                "release-notes",
                                "Writes the notes of a release from its commits",
                                AgentStateLabel.ACTIVE,
                                1),
                        agentRow(
                                "summer-intern-2025-with-a-name-as-long-as-names-may-be-at-most-63",
                                "",
                                AgentStateLabel.EXPIRED,
                                0),
                        agentRow("trial", "A trial of the calendar server", AgentStateLabel.REVOKED, 0)),
                "",
                2,
                3,
                112);
    }

    AgentListPage emptyAgentList(String query) {
        return new AgentListPage(List.of(), query, 1, 1, 0);
    }

    AgentPage agent(AgentStateLabel state) {
        var over = state == AgentStateLabel.REVOKED || state == AgentStateLabel.EXPIRED;
        return new AgentPage(
                agentRow(
                        "build-bot",
                        "Builds and tests what is merged, opens issues for what fails",
                        state,
                        over ? 0 : 3),
                over ? List.of() : keys(),
                over ? List.of() : sessions(),
                tools(),
                state == AgentStateLabel.PAUSED,
                auditRows(),
                null);
    }

    AgentPage newAgent(String problem) {
        return new AgentPage(
                agentRow("build-bot", "", AgentStateLabel.ACTIVE, 0),
                keys().subList(1, 2),
                List.of(),
                List.of(),
                true,
                List.of(),
                problem);
    }

    private List<AgentKeyRow> keys() {
        return List.of(
                new AgentKeyRow("key_m2n4b6v8c3x5z7lk", "0b1e", ago(Duration.ofDays(40)), ago(Duration.ofHours(-23))),
                new AgentKeyRow("key_p9o8i7u6y5t4r3e2", "9f3c", ago(Duration.ofHours(1)), null));
    }

    private List<ToolRow> tools() {
        return List.of(
                new ToolRow("github_create_issue", "github", text("Opens an issue in a repository."), true),
                new ToolRow("github_merge", "github", text("Merges a pull request.\nNeeds write access."), false),
                new ToolRow("grafana_query", "grafana", "", true),
                new ToolRow(
                        "fs_read_text_file",
                        "files",
                        text("Reads a file as text, from the folders it is allowed."),
                        true));
    }

    public NewKeyPage newKey(byte[] key) {
        var endpoint = "https://kruxos.office.example:7700/mcp";
        return new NewKeyPage(
                agentRow("build-bot", "", AgentStateLabel.ACTIVE, 0),
                key,
                endpoint,
                ConfigSnippets.of(
                        URI.create(endpoint), URI.create("wss://kruxos.office.example:7700/mcp"), "build-bot"));
    }

    public static byte[] key() {
        return "0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII);
    }

    AccountPage account() {
        return new AccountPage(
                "maria",
                List.of(
                        new BrowserRow(
                                "st_1",
                                text("192.168.1.23"),
                                text("Firefox 151 on Linux"),
                                ago(Duration.ofHours(2)),
                                NOW,
                                true),
                        new BrowserRow(
                                "st_2",
                                "10.4.0.8",
                                text("Safari 27 on iOS"),
                                ago(Duration.ofHours(9)),
                                ago(Duration.ofHours(3)),
                                false)),
                List.of(
                        new OperatorRow("maria", ago(Duration.ofDays(90)), NOW, "active"),
                        new OperatorRow("joão", ago(Duration.ofDays(1)), null, text("invited"))),
                null);
    }
}
