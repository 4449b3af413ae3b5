package com.kruxos.rpc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies a message with a few of its values replaced; every other byte stays as it was sent. */
public final class Splice {
    private static final class Replacement {
        private final ByteRange range;
        private final byte[] value;

        Replacement(ByteRange at, byte[] with) {
            this.range = at;
            this.value = with;
        }
    }

    private final byte[] source;
    private final List<Replacement> replacements = new ArrayList<>(4);

    public Splice(byte[] frame) {
        this.source = frame;
    }

    /**
     * Replaces one value.
     *
     * @param at absent to change nothing
     * @param value JSON in UTF-8
     */
    public Splice replace(@Nullable ByteRange at, byte[] value) {
        if (at != null) {
            replacements.add(new Replacement(at, value));
        }
        return this;
    }

    public Splice replace(@Nullable ByteRange at, JsonRpcId id) {
        return replace(at, id.rawBytes());
    }

    public byte[] toByteArray() {
        replacements.sort(Comparator.comparingInt(change -> change.range.from()));
        var size = source.length;
        for (var change : replacements) {
            size += change.value.length - change.range.length();
        }
        var result = new byte[size];
        var read = 0;
        var written = 0;
        for (var change : replacements) {
            var copied = change.range.from() - read;
            System.arraycopy(source, read, result, written, copied);
            System.arraycopy(change.value, 0, result, written + copied, change.value.length);
            written += copied + change.value.length;
            read = change.range.to();
        }
        System.arraycopy(source, read, result, written, source.length - read);
        return result;
    }
}
