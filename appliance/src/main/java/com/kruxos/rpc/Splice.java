package com.kruxos.rpc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies a frame with a few of its values exchanged; every byte between them stays as it was sent. */
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

    /** Puts {@code value}, one JSON token in UTF-8, where {@code at} stands; an absent place changes nothing. */
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
            var kept = change.range.from() - read;
            System.arraycopy(source, read, result, written, kept);
            System.arraycopy(change.value, 0, result, written + kept, change.value.length);
            written += kept + change.value.length;
            read = change.range.to();
        }
        System.arraycopy(source, read, result, written, source.length - read);
        return result;
    }
}
