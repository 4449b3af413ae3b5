package com.kruxos.cli.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * An entry contains names only, and an edit keeps every other byte of the file.
 *
 * <p>Fails when {@code ClientKind.variableReference} gives a value instead of a name; when {@code JsonEditor.insert} or
 * {@code TomlEditor.append} write the file anew instead of splicing (the subsequence below); and when
 * {@code ClientEntry.isUnwanted} no longer looks for pasted keys.
 */
class ClientEntryTest {
    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> editsMatchTheVectors() {
        return SettingsVector.loadAll().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> check(vector)));
    }

    private static void check(SettingsVector vector) {
        var entry = vector.entry();
        var after = entry.addTo(vector.bytesBefore());
        assertThat(shown(after)).isEqualTo(shown(vector.bytesAfter()));
        assertThat(shown(entry.addTo(after))).as("once more").isEqualTo(shown(after));
        assertThat(entry.containsKey(vector.bytesBefore())).isEqualTo(vector.isYes("holds-key"));
        assertThat(entry.containsKey(after)).isFalse();
        var removed = entry.removeFrom(after);
        if (vector.isYes("comes-back")) {
            assertThat(shown(removed)).isEqualTo(shown(vector.bytesBefore()));
        }
        assertThat(entry.removeFrom(removed)).as("removed once more").isEqualTo(removed);
    }

    @TestFactory
    Stream<DynamicTest> unreadableFilesAreRefused() {
        return Arrays.stream(SettingsVector.unreadableFiles().split("(?m)^--- ", -1))
                .skip(1)
                .map(part -> {
                    var head = part.lines().findFirst().orElseThrow();
                    var body = part.substring(head.length() + 1).getBytes(StandardCharsets.UTF_8);
                    var client = ClientKind.valueOf(head.split(": ", 2)[0].toUpperCase(Locale.ROOT));
                    return DynamicTest.dynamicTest(
                            head,
                            () -> assertThatThrownBy(() -> entry(client).addTo(body))
                                    .isInstanceOf(SettingsNotEditable.class)
                                    .hasMessage(head.split(": ", 2)[1]));
                });
    }

    @Test
    void otherBytesOfRandomJsonAreKept() {
        var random = new Random(7);
        for (var round = 0; round < 3000; round++) {
            var before = RandomSettingsText.json(random).getBytes(StandardCharsets.UTF_8);
            var client = random.nextBoolean() ? ClientKind.VSCODE : ClientKind.CLAUDE;
            var after = entry(client).addTo(before);
            assertThat(isSubsequence(before, after))
                    .as(() -> shown(before) + " became " + shown(after))
                    .isTrue();
            assertThat(entry(client).addTo(after)).isEqualTo(after);
            var removed = ClientEntry.withoutByteOrderMark(entry(client).removeFrom(after));
            assertThat(isSubsequence(removed, after)).isTrue();
            assertThat(new JsonEditor(removed).find(List.of("servers", "kruxos")))
                    .isEmpty();
            assertThat(new JsonEditor(removed).find(List.of("mcpServers", "kruxos")))
                    .isEmpty();
        }
    }

    @Test
    void otherBytesOfRandomTomlAreKept() {
        var random = new Random(8);
        for (var round = 0; round < 3000; round++) {
            var before = RandomSettingsText.toml(random).getBytes(StandardCharsets.UTF_8);
            var after = entry(ClientKind.CODEX).addTo(before);
            assertThat(isSubsequence(before, after))
                    .as(() -> shown(before) + " became " + shown(after))
                    .isTrue();
            assertThat(entry(ClientKind.CODEX).addTo(after)).isEqualTo(after);
            assertThat(stripped(entry(ClientKind.CODEX).removeFrom(after))).isEqualTo(stripped(before));
        }
    }

    /** Another reader finds in the TOML what we meant, and everything else as it was. */
    @Test
    void pythonParsesTheEditedToml() throws IOException, InterruptedException {
        var random = new Random(9);
        for (var i = 0; i < 40; i++) {
            var before = RandomSettingsText.toml(random).getBytes(StandardCharsets.UTF_8);
            Files.write(folder.resolve(i + ".before"), before);
            Files.write(folder.resolve(i + ".after"), entry(ClientKind.CODEX).addTo(before));
        }
        for (var vector : SettingsVector.loadAll()) {
            if (vector.client() == ClientKind.CODEX && !vector.isYes("holds-key")) {
                Files.write(folder.resolve(vector.name() + ".before"), vector.bytesBefore());
                Files.write(folder.resolve(vector.name() + ".after"), vector.bytesAfter());
            }
        }
        var script = """
                import pathlib, sys, tomllib
                for after in pathlib.Path(sys.argv[1]).glob("*.after"):
                    now = tomllib.loads(after.read_bytes().decode())
                    old = tomllib.loads(after.with_suffix(".before").read_bytes().decode())
                    ours = now["mcp_servers"].pop("kruxos")
                    assert ours.get("bearer_token_env_var", ours.get("env_vars")), (after, ours)
                    old.setdefault("mcp_servers", {}).pop("kruxos", None)
                    assert repr(now) == repr(old), (after, now, old)
                """;
        var process = new ProcessBuilder("python3", "-c", script, folder.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    static ClientEntry entry(ClientKind client) {
        return new SettingsVector("", Map.of("client", client.name()), "", "").entry();
    }

    /** Whether {@code small} is left when some bytes of {@code large} are struck out. */
    private static boolean isSubsequence(byte[] small, byte[] large) {
        var found = 0;
        for (var letter : large) {
            if (found < small.length && small[found] == letter) {
                found++;
            }
        }
        return found == small.length;
    }

    private static String shown(byte[] text) {
        return new String(text, StandardCharsets.UTF_8).replace("\r", "␍").replace("\uFEFF", "[mark]");
    }

    private static String stripped(byte[] text) {
        return new String(text, StandardCharsets.UTF_8).strip();
    }
}
