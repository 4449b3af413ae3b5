package com.kruxos.web.http;

import com.kruxos.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * The entity tag of one thing: {@code "<what people set>.<everything shown>"}, each half a short hash. A reader's
 * {@code If-None-Match} is about everything, so that it sees every change. A writer's {@code If-Match} is about the
 * first half only: that an agent has connected since is no reason to refuse a change of its purpose.
 */
public record ETag(String editableHash, String fullHash) {
    private static final int HASH_BYTES = 8;

    /** @param moving members that change by themselves */
    public static ETag of(ObjectNode shown, Set<String> moving) {
        return new ETag(hash(shown.deepCopy().remove(moving)), hash(shown));
    }

    /** Of something that has a version: both halves change with it. */
    public static ETag ofVersion(long version) {
        return new ETag("v" + version, "v" + version);
    }

    /** Whether an {@code If-None-Match} names exactly what is shown now. */
    public boolean matchesIfNoneMatch(String header) {
        return entityTags(header).anyMatch(name -> name.equals("*") || name.equals(headerValue()));
    }

    /** Whether an {@code If-Match} names what people have set now. */
    public boolean matchesIfMatch(String header) {
        return entityTags(header)
                .anyMatch(name -> name.equals("*")
                        || (name.startsWith("\"" + editableHash + ".") && name.indexOf('.') == name.lastIndexOf('.')));
    }

    /** As it stands in a header. */
    public String headerValue() {
        return '"' + editableHash + '.' + fullHash + '"';
    }

    private static java.util.stream.Stream<String> entityTags(String header) {
        // A tag of ours holds no comma. A weak one says less than we promise and never matches.
        return Arrays.stream(header.split(",", -1)).map(String::strip);
    }

    private static String hash(ObjectNode json) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(Json.write(json).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
