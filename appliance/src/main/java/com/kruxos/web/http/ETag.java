package com.kruxos.web.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * The entity tag of a resource, {@code "<editable>.<full>"}: a short hash of what can be edited, and one of the whole
 * representation. {@code If-None-Match} compares both, so that a reader sees every change. {@code If-Match} compares
 * the first only: a member that changes on its own, such as a counter of sessions, does not prevent an edit.
 */
public record ETag(String editableHash, String fullHash) {
    private static final int HASH_BYTES = 8;

    /**
     * The tag of a representation.
     *
     * @param editable the representation without the members that change on their own
     */
    public static ETag of(String editable, String full) {
        return new ETag(hash(editable), hash(full));
    }

    /** The tag of a versioned resource; both parts change with each version. */
    public static ETag ofVersion(long version) {
        return new ETag("v" + version, "v" + version);
    }

    /** Whether the value of an {@code If-None-Match} header names this representation. */
    public boolean matchesIfNoneMatch(String header) {
        return entityTags(header).anyMatch(tag -> tag.equals("*") || tag.equals(headerValue()));
    }

    /** Whether the value of an {@code If-Match} header names the editable part of this representation. */
    public boolean matchesIfMatch(String header) {
        return entityTags(header)
                .anyMatch(tag -> tag.equals("*")
                        || (tag.startsWith("\"" + editableHash + ".") && tag.indexOf('.') == tag.lastIndexOf('.')));
    }

    /** The value of the {@code ETag} header. */
    public String headerValue() {
        return '"' + editableHash + '.' + fullHash + '"';
    }

    /** Our tags contain no comma, so a split is enough. Weak tags never match (RFC 9110, strong comparison). */
    private static Stream<String> entityTags(String header) {
        return Arrays.stream(header.split(",", -1)).map(String::strip);
    }

    private static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("SHA-256 is required of every Java platform", e);
        }
    }
}
