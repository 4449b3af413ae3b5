package com.kruxos.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.peers.TestAppliance;
import com.kruxos.peers.WebSocketAgent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A secret is used by a server and then searched for everywhere else. Keys and tokens exist as keyed hashes only. */
class SecretLeakTest {
    private static final String SECRET = "Pl4nted-8f2c61d7e0/+=&<zq>";

    @TempDir
    Path folder;

    @Test
    void aSecretIsUsedByTheServerAndFoundNowhereElse() throws Exception {
        var seen = new ArrayList<String>();
        String key;
        String token;
        try (var trial = TestAppliance.start(folder.resolve("home"))) {
            trial.putSecret("odd/token", SECRET);
            trial.addFaultyServer("odd", Map.of("ODD_SECRET", "secret:odd/token"), Map.of());
            key = trial.createAgent("spy");
            token = trial.adminClient()
                    .post("/user-tokens", "{\"label\":\"spy\"}")
                    .json()
                    .path("token")
                    .asString();
            assertThat(token).startsWith("krx_user_");
            try (var agent = WebSocketAgent.connect(trial.port(), "/mcp?token=" + key, builder -> builder)) {
                agent.initialize();
                assertThat(agent.callText(1, "odd__leak", "{\"how\":\"hash\"}"))
                        .as("the server really has it")
                        .isEqualTo(HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256")
                                        .digest(SECRET.getBytes(StandardCharsets.UTF_8))));
                for (var how : List.of("plain", "base64", "hex", "url")) {
                    seen.add(agent.call("\"" + how + "\"", "odd__leak", "{\"how\":\"" + how + "\"}")
                            .toString());
                }
                // A tool definition contains the secret: fails without Handshake.redact.
                seen.add(agent.request(9, "tools/list", "{}").toString());
                seen.add(agent.call(2, "odd__fail", "{}").toString());
                seen.add(agent.call(3, "odd__progress", "{}").toString());
                agent.call(4, "odd__crash", "{}");
            }
            for (var path : List.of(
                    "/status",
                    "/servers",
                    "/servers/odd/logs",
                    "/secrets",
                    "/audit?limit=500",
                    "/agents",
                    "/user-tokens",
                    "/sessions")) {
                seen.add(trial.adminClient().get(path).body());
            }
            seen.add(allCommandLines());
            assertThat(regularFiles(trial.folder()))
                    .as("while it runs, with the write-ahead logs")
                    .isNotEmpty();
            assertAbsent(regularFiles(trial.folder()), seen, key, token);
        }
        assertAbsent(regularFiles(folder.resolve("home")), List.of(), key, token);
    }

    private static void assertAbsent(List<Path> files, List<String> texts, String key, String token)
            throws IOException {
        for (var needle : encodings(key, token)) {
            for (var file : files) {
                assertThat(contains(Files.readAllBytes(file), needle))
                        .as("a secret in " + file)
                        .isFalse();
            }
            for (var text : texts) {
                assertThat(contains(text.getBytes(StandardCharsets.UTF_8), needle))
                        .as("a secret in an answer")
                        .isFalse();
            }
        }
    }

    private static List<byte[]> encodings(String key, String token) {
        var secret = SECRET.getBytes(StandardCharsets.UTF_8);
        var needles = new ArrayList<>(List.of(secret));
        needles.add(Base64.getEncoder().encode(secret));
        needles.add(Base64.getUrlEncoder().encode(secret));
        needles.add(HexFormat.of().formatHex(secret).getBytes(StandardCharsets.UTF_8));
        needles.add(HexFormat.of().withUpperCase().formatHex(secret).getBytes(StandardCharsets.UTF_8));
        needles.add(java.net.URLEncoder.encode(SECRET, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
        needles.add(SECRET.getBytes(StandardCharsets.UTF_16LE));
        needles.add(SECRET.getBytes(StandardCharsets.UTF_16BE));
        needles.add(key.getBytes(StandardCharsets.UTF_8));
        needles.add(HexFormat.of().parseHex(key));
        needles.add(token.getBytes(StandardCharsets.UTF_8));
        needles.add(Base64.getUrlDecoder().decode(token.substring("krx_user_".length())));
        return needles;
    }

    private static boolean contains(byte[] haystack, byte[] needle) {
        outer:
        for (var at = 0; at + needle.length <= haystack.length; at++) {
            for (var i = 0; i < needle.length; i++) {
                if (haystack[at + i] != needle[i]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }

    private static List<Path> regularFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static String allCommandLines() throws IOException {
        var all = new StringBuilder();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (var process : processes.toList()) {
                try {
                    all.append(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    // Not a process, or it has ended.
                }
            }
        }
        return all.toString();
    }
}
