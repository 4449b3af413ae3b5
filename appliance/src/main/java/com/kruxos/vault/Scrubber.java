package com.kruxos.vault;

import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;

/**
 * Takes lent values out of what leaves the appliance, and puts {@code [redacted]} in their place.
 *
 * <p>Finds a value as it is, in any JSON or percent escaping (also of JSON inside JSON), as hexadecimal in either case,
 * as base64 with either alphabet at any place of a longer encoding; and each line of at least 8 bytes of a value with
 * several lines. Does not find: values under 8 bytes, a value that was split, compressed or encrypted, or encoded in
 * another way.
 *
 * <p>Any thread may use it. It holds copies of the values until it is closed, so it may outlive the leases; closed, it
 * throws {@link IllegalStateException} instead of letting anything through.
 */
public final class Scrubber implements AutoCloseable {
    private final Tails tails;
    private volatile boolean closed;

    private Scrubber(Tails tails) {
        this.tails = tails;
    }

    /** Looks for the values of these leases, which may be closed afterwards. */
    public static Scrubber of(Collection<Lease> leases) {
        var needles = new ArrayList<Needle>();
        for (var lease : leases) {
            needles.addAll(Needles.of(lease.value()));
        }
        return new Scrubber(new Tails(needles));
    }

    /** Looks for nothing. */
    public static Scrubber none() {
        return new Scrubber(new Tails(new ArrayList<>()));
    }

    /**
     * A JSON-RPC message (or array of them) without the values in its strings, member names and numbers; only the
     * envelope's {@code id} stays what it is. Every other byte is left alone.
     *
     * @return the same array when there was nothing to take out
     */
    public byte[] json(byte[] message) {
        var result = Glance.at(message, 0, message.length, true, tails) ? carefully(message) : message;
        return open(result);
    }

    /** A line of text, for logs and standard error, without the values; the same string when there was none in it. */
    public String text(String line) {
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        if (!Glance.at(bytes, 0, bytes.length, false, tails)) {
            return open(line);
        }
        var cuts = new Cuts(bytes);
        Hunt.through(bytes, 0, bytes.length, false, tails, cuts);
        return open(cuts.isEmpty() ? line : new String(cuts.applied(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        closed = true;
        VarHandle.fullFence();
        tails.wipe();
    }

    @Override
    public String toString() {
        return "scrubber";
    }

    private byte[] carefully(byte[] message) {
        var cuts = Envelope.search(message, tails);
        return cuts.isEmpty() ? message : cuts.applied();
    }

    /** Asked last: needles wiped in the middle of a search were not found. The fences keep the two in that order. */
    private <T> T open(T result) {
        VarHandle.fullFence();
        if (closed) {
            throw new IllegalStateException("the scrubber is closed");
        }
        return result;
    }
}
