package com.kruxos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Any strings of a client fit a leaf and can be read back. */
class LeafBoundsTest {
    private static final String[] NASTY = {"\u0000", "\"", "\\", "é", "€", "𝄞", "\ud834", "\udd1e", "a", "\n"};

    // Fails when a string of an entry, or the details, is not bounded.
    @Test
    void anEntryOfMaximumLengthFitsInALeaf() throws MalformedLeaf {
        for (var piece : NASTY) {
            var long_ = piece.repeat(100_000);
            var who = new AuditPrincipal(AuditPrincipal.PrincipalType.OPERATOR, long_, long_, long_, long_);
            var details = Details.none().with(Details.OPENED, 7);
            for (var n = 0; n < 40; n++) {
                details = details.with(n + long_, long_);
            }
            var entry = new AuditEntry(
                    long_, who, long_, long_, long_, long_, long_, new RecordedDecision(long_, long_), details);
            var writer = new LeafWriter();
            writer.write(CanonicalJsonWriter.MAX_SAFE_INTEGER, Instant.MAX, new byte[32], entry);
            assertThat(writer.length()).isBetween(LeafWriter.MAX_BYTES * 9 / 10, LeafWriter.MAX_BYTES);
            var leaf = LeafReader.read(writer.leaf());
            assertThat(leaf.intentSeq()).as("never left out").isEqualTo(7);
            assertThat(leaf.principalKey()).isEqualTo(who.key());
            assertThat(leaf.kind()).contains(" more)");
        }
    }

    @Test
    void theLargestDetailsAreOmittedFirstAndCounted() {
        var details = Details.none().with("digest", "hmac-sha256:" + "0".repeat(64));
        for (var n = 0; n < 20; n++) {
            details = details.with("big" + n, "x".repeat(4000 + n));
        }
        assertThat(details.json()).contains("\"digest\":\"hmac").endsWith("\"…\":8}");
        assertThat(details.json().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Details.MAX_BYTES);
        assertThat(details.with("…", "mine").json()).endsWith("\"…\":9}");
    }

    @Test
    void excessMembersLevelsAndItemsAreCounted() {
        var many = Details.none();
        for (var n = 0; n < 300; n++) {
            many = many.with("m" + n, true);
        }
        assertThat(many.json()).endsWith("\"…\":44}");

        var deep = Details.none();
        for (var n = 0; n < 20; n++) {
            deep = Details.none().with("in", deep);
        }
        assertThat(deep.json()).isEqualTo("{\"in\":".repeat(2) + "{\"…\":1}" + "}".repeat(2));

        var list = Details.none().with("list", Collections.nCopies(300, "x"));
        assertThat(list.json()).contains("\"x\",\"…(44 more)\"]");
    }

    @Test
    void aMemberIsReplacedByOneOfTheSameName() {
        var details = Details.none().with("a", 1).with("b", true).with("a", "x");
        assertThat(details.json()).isEqualTo("{\"a\":\"x\",\"b\":true}");
        assertThat(details).isEqualTo(Details.none().with("b", true).with("a", "x"));
    }

    // Random strings of special characters, truncated at random lengths, are always within the limit, well formed, and
    // marked when truncated.
    @Test
    void anyTextIsRepairedAndTruncated() throws MalformedLeaf {
        var random = new Random(7);
        for (var n = 0; n < 20_000; n++) {
            var text = random.ints(random.nextInt(80), 0, NASTY.length)
                    .mapToObj(i -> NASTY[i])
                    .collect(Collectors.joining());
            var most = 40 + random.nextInt(100);
            var bounded = BoundedText.truncate(text, most);
            var json = new CanonicalJsonWriter(8);
            json.string(bounded);
            assertThat(json.length() - 2).isLessThanOrEqualTo(most);
            assertThat(BoundedText.truncate(bounded, most)).isSameAs(bounded);
            assertThat(bounded.contains("…(")).isEqualTo(jsonSize(text) > most);
            json.clear();
            json.raw('{').string(bounded).raw(':').string(bounded).raw('}');
            assertThat(CanonicalJsonReader.read(json.copy())).containsEntry(bounded, bounded);
            assertThat(JsonMapper.shared().readTree(json.copy()).get(bounded).stringValue())
                    .isEqualTo(bounded);
        }
    }

    private static int jsonSize(String text) {
        var json = new CanonicalJsonWriter(8);
        json.string(BoundedText.truncate(text, Integer.MAX_VALUE));
        return json.length() - 2;
    }
}
