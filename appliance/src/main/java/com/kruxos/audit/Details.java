package com.kruxos.audit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The free part of an audit record: named strings, integers, booleans, lists of strings and nested details. Immutable;
 * the order in which members are added does not matter.
 *
 * <p>Always small enough: when the total exceeds {@link #MAX_BYTES}, the largest members are omitted first, and the
 * member named {@code …} counts them. Never put an argument, a result or a secret here: put its digest.
 */
public final class Details {
    /** The sequence number of the intent that this record closes. This member is never omitted. */
    public static final String OPENED = "opened";

    /** Maximum size of the whole, as canonical JSON. */
    static final int MAX_BYTES = 48 * 1024;

    private static final String OMITTED = "…";
    private static final int MAX_MEMBERS = 256;
    /** Initial buffer of a member; the longest that every call has is a digest. */
    private static final int TYPICAL_MEMBER_BYTES = 128;

    private static final int MAX_DEPTH = 8;
    private static final Details EMPTY = new Details(List.of(), 2, 0, 0, 0);

    /** A member, already written as {@code "name":value}. Immutable. */
    private static final class DetailMember {
        private final String name;
        private final byte[] json;

        private DetailMember(String name, byte[] json) {
            this.name = name;
            this.json = json;
        }
    }

    private final List<DetailMember> members; // sorted by the UTF-16 code units of the name (RFC 8785)
    private final int size;
    private final int depth;
    private final long intentSeq;
    private final long omittedCount;

    private Details(List<DetailMember> members, int size, int depth, long opened, long leftOut) {
        this.members = members;
        this.size = size;
        this.depth = depth;
        this.intentSeq = opened;
        this.omittedCount = leftOut;
    }

    public static Details none() {
        return EMPTY;
    }

    /** From an object that {@link CanonicalJsonReader} has read. */
    static Details of(Map<?, ?> members) {
        var details = EMPTY;
        for (var member : members.entrySet()) {
            var name = (String) member.getKey();
            details = switch (member.getValue()) {
                case Long number -> details.with(name, number);
                case Boolean truth -> details.with(name, truth);
                case List<?> values ->
                    details.with(name, values.stream().map(String::valueOf).toList());
                case Map<?, ?> inside -> details.with(name, of(inside));
                default -> details.with(name, String.valueOf(member.getValue()));
            };
        }
        return details;
    }

    /** A copy with one more member; a member of that name is replaced. */
    public Details with(String name, String value) {
        return with(name, json -> json.string(BoundedText.truncate(value, AuditEntry.MAX_LONG_BYTES)), 0, 0);
    }

    /** With an integer; beyond 2^53 − 1 it is written as a string. */
    public Details with(String name, long value) {
        return with(name, json -> json.integer(value), 0, value);
    }

    public Details with(String name, boolean value) {
        return with(name, json -> json.raw(ascii(value ? "true" : "false")), 0, 0);
    }

    /** With a list; after 256 strings, a last one counts the rest. */
    public Details with(String name, List<String> values) {
        return with(name, json -> writeList(json, values), 0, 0);
    }

    /** With nested details; more than eight levels are omitted. */
    public Details with(String name, Details value) {
        return value.depth >= MAX_DEPTH ? withOmitted(1) : with(name, value::write, value.depth + 1, 0);
    }

    public String json() {
        var json = new CanonicalJsonWriter(size);
        write(json);
        return new String(json.buffer(), 0, json.length(), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return json();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Details that && json().equals(that.json());
    }

    @Override
    public int hashCode() {
        return json().hashCode();
    }

    long intentSeq() {
        return intentSeq;
    }

    void write(CanonicalJsonWriter json) {
        json.raw('{');
        for (var i = 0; i < members.size(); i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.raw(members.get(i).json);
        }
        json.raw('}');
    }

    private interface ValueWriter {
        void write(CanonicalJsonWriter json);
    }

    private Details with(String given, ValueWriter value, int depth, long number) {
        var name = BoundedText.truncate(given, AuditEntry.MAX_SHORT_BYTES);
        if (name.equals(OMITTED) || (members.size() >= MAX_MEMBERS && !name.equals(OPENED))) {
            return withOmitted(1);
        }
        var json = new CanonicalJsonWriter(TYPICAL_MEMBER_BYTES);
        json.string(name).raw(':');
        value.write(json);
        return withMember(
                        new DetailMember(name, json.copy()),
                        Math.max(depth, this.depth),
                        name.equals(OPENED) ? number : intentSeq)
                .withinLimit();
    }

    private Details withMember(DetailMember member, int depth, long opened) {
        var all = new ArrayList<DetailMember>(members.size() + 1);
        all.addAll(members);
        var at = 0;
        while (at < all.size() && all.get(at).name.compareTo(member.name) < 0) {
            at++;
        }
        if (at < all.size() && all.get(at).name.equals(member.name)) {
            all.set(at, member);
        } else {
            all.add(at, member);
        }
        return new Details(all, sizeOf(all), depth, opened, omittedCount);
    }

    private Details withinLimit() {
        var fitting = this;
        while (fitting.size > MAX_BYTES) {
            fitting = fitting.withoutLargest();
        }
        return fitting;
    }

    private Details withoutLargest() {
        var largest = -1;
        for (var i = 0; i < members.size(); i++) {
            var name = members.get(i).name;
            if (!name.equals(OPENED)
                    && !name.equals(OMITTED)
                    && (largest < 0 || members.get(i).json.length > members.get(largest).json.length)) {
                largest = i;
            }
        }
        var rest = new ArrayList<>(members);
        rest.remove(largest);
        return new Details(rest, sizeOf(rest), depth, intentSeq, omittedCount).withOmitted(1);
    }

    private Details withOmitted(long more) {
        var count = omittedCount + more;
        var json = new CanonicalJsonWriter(16);
        json.string(OMITTED).raw(':').integer(count);
        var marked = withMember(new DetailMember(OMITTED, json.copy()), depth, intentSeq);
        return new Details(marked.members, marked.size, depth, intentSeq, count);
    }

    private static int sizeOf(List<DetailMember> members) {
        var size = 1 + Math.max(1, members.size()); // braces and commas
        for (var member : members) {
            size += member.json.length;
        }
        return size;
    }

    private static void writeList(CanonicalJsonWriter json, List<String> values) {
        json.raw('[');
        for (var i = 0; i < values.size() && i < MAX_MEMBERS; i++) {
            if (i > 0) {
                json.raw(',');
            }
            json.string(BoundedText.truncate(values.get(i), AuditEntry.MAX_LONG_BYTES));
        }
        if (values.size() > MAX_MEMBERS) {
            json.raw(',').string("…(" + (values.size() - MAX_MEMBERS) + " more)");
        }
        json.raw(']');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
