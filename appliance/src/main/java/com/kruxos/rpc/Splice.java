package com.kruxos.rpc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies a frame with a few of its values exchanged; every byte between them stays as it was sent. */
public final class Splice {
    private static final class Change {
        private final Span at;
        private final byte[] with;

        Change(Span at, byte[] with) {
            this.at = at;
            this.with = with;
        }
    }

    private final byte[] frame;
    private final List<Change> changes = new ArrayList<>(4);

    public Splice(byte[] frame) {
        this.frame = frame;
    }

    /** Puts {@code value}, one JSON token in UTF-8, where {@code at} stands; an absent place changes nothing. */
    public Splice put(@Nullable Span at, byte[] value) {
        if (at != null) {
            changes.add(new Change(at, value));
        }
        return this;
    }

    public Splice put(@Nullable Span at, Id id) {
        return put(at, id.token());
    }

    public byte[] bytes() {
        changes.sort(Comparator.comparingInt(change -> change.at.from()));
        var size = frame.length;
        for (var change : changes) {
            size += change.with.length - change.at.length();
        }
        var result = new byte[size];
        var read = 0;
        var written = 0;
        for (var change : changes) {
            var kept = change.at.from() - read;
            System.arraycopy(frame, read, result, written, kept);
            System.arraycopy(change.with, 0, result, written + kept, change.with.length);
            written += kept + change.with.length;
            read = change.at.to();
        }
        System.arraycopy(frame, read, result, written, frame.length - read);
        return result;
    }
}
