package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The leaf format as text that other implementations can read. Do not change the vectors: old logs would no longer
 * verify.
 */
class LeafVectorsTest {
    private static final Pattern REPEATED = Pattern.compile("@(.+)\\*(\\d+)", Pattern.DOTALL);

    @ParameterizedTest
    @MethodSource
    void leaf(LeafVectors.LeafVector vector) throws MalformedLeaf {
        var given = JsonMapper.shared().readTree(vector.get("entry"));
        var writer = new LeafWriter();
        writer.write(
                given.get("seq").longValue(),
                Instant.parse(given.get("time").stringValue()),
                given.has("previous")
                        ? HexFormat.of().parseHex(given.get("previous").stringValue())
                        : null,
                entry(given));
        assertThat(new String(writer.leaf(), StandardCharsets.UTF_8)).isEqualTo(vector.get("bytes"));
        assertThat(HexFormat.of().formatHex(writer.hash())).isEqualTo(vector.get("hash"));
        assertThat(LeafReader.read(writer.leaf()).seq())
                .isEqualTo(given.get("seq").longValue());
    }

    @ParameterizedTest
    @MethodSource
    void refused(LeafVectors.LeafVector vector) {
        var bytes = vector.all("hex").isEmpty()
                ? vector.get("bytes").getBytes(StandardCharsets.UTF_8)
                : HexFormat.of().parseHex(vector.get("hex"));
        assertThatThrownBy(() -> LeafReader.read(bytes)).isInstanceOf(MalformedLeaf.class);
    }

    @ParameterizedTest
    @MethodSource
    void digest(LeafVectors.LeafVector vector) {
        var digests = new KeyedDigest(HexFormat.of().parseHex(vector.get("key")));
        var bytes = HexFormat.of().parseHex("ff" + vector.get("hex") + "ff");
        assertThat(digests.of(bytes, 1, bytes.length - 1)).isEqualTo(vector.get("text"));
        assertThat(digests.of(bytes, 1, bytes.length - 1)).isEqualTo(vector.get("text"));
    }

    @ParameterizedTest
    @MethodSource
    void log(LeafVectors.LeafVector vector) throws IOException {
        var export = String.join("\n", vector.all("line")) + "\n";
        var found = ExportLine.verify(new ByteArrayInputStream(export.getBytes(StandardCharsets.UTF_8)));
        var said = found.broken() == null
                ? "ok, " + found.records() + " records"
                : "broken at " + found.broken().seq();
        assertThat(said).isEqualTo(vector.get("verification"));
    }

    static List<LeafVectors.LeafVector> leaf() {
        return LeafVectors.of("leaf");
    }

    static List<LeafVectors.LeafVector> refused() {
        return LeafVectors.of("refused");
    }

    static List<LeafVectors.LeafVector> digest() {
        return LeafVectors.of("digest");
    }

    static List<LeafVectors.LeafVector> log() {
        return LeafVectors.of("log");
    }

    private static AuditEntry entry(JsonNode given) {
        var who = given.get("principal");
        var decision = given.get("decision");
        return new AuditEntry(
                text(given, "kind"),
                new AuditPrincipal(
                        AuditPrincipal.PrincipalType.valueOf(text(who, "type").toUpperCase(Locale.ROOT)),
                        text(who, "id"),
                        text(who, "name"),
                        text(who, "origin"),
                        optional(who, "via")),
                optional(given, "space"),
                optional(given, "session"),
                text(given, "action"),
                optional(given, "target"),
                text(given, "outcome"),
                decision == null ? null : new RecordedDecision(text(decision, "tier"), text(decision, "rule")),
                details(given.get("details")));
    }

    private static Details details(JsonNode given) {
        var details = Details.none();
        for (var member : given.properties()) {
            var name = member.getKey();
            var value = member.getValue();
            details = value.isObject()
                    ? details.with(name, details(value))
                    : value.isArray()
                            ? details.with(
                                    name,
                                    value.valueStream()
                                            .map(JsonNode::stringValue)
                                            .map(LeafVectorsTest::expanded)
                                            .toList())
                            : value.isBoolean()
                                    ? details.with(name, value.booleanValue())
                                    : value.isNumber()
                                            ? details.with(name, value.longValue())
                                            : details.with(name, expanded(value.stringValue()));
        }
        return details;
    }

    private static String text(JsonNode object, String name) {
        return expanded(object.get(name).stringValue());
    }

    private static @Nullable String optional(JsonNode object, String name) {
        return object.has(name) ? text(object, name) : null;
    }

    private static String expanded(String text) {
        var repeated = REPEATED.matcher(text);
        return repeated.matches() ? repeated.group(1).repeat(Integer.parseInt(repeated.group(2))) : text;
    }
}
