package com.kruxos.vault;

import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;

/**
 * Replaces lent values by {@code [redacted]} in everything that leaves the appliance.
 *
 * <p>Finds a value as it is, in any JSON or percent encoding (also of JSON inside JSON), as hexadecimal in either case,
 * as base64 with either alphabet at any position of a longer encoding; and each line of at least 8 bytes of a value
 * with several lines. Does not find: values under 8 bytes, and values that are split, compressed, encrypted, or encoded
 * in another way.
 *
 * <p>Thread-safe. It holds copies of the values until it is closed, and may outlive the leases. After {@link #close}
 * every call throws {@link IllegalStateException}.
 */
public final class Scrubber implements AutoCloseable {
    private final Tails tails;
    private volatile boolean closed;

    private Scrubber(Tails tails) {
        this.tails = tails;
    }

    /** Redacts the values of these leases, which may be closed afterwards. */
    public static Scrubber of(Collection<Lease> leases) {
        var needles = new ArrayList<Needle>();
        for (var lease : leases) {
            needles.addAll(Needles.of(lease.value()));
        }
        return new Scrubber(new Tails(needles));
    }

    /** Redacts nothing. */
    public static Scrubber none() {
        return new Scrubber(new Tails(new ArrayList<>()));
    }

    /**
     * Redacts strings, member names and numbers of a JSON-RPC message or batch, except the envelope's {@code id}. All
     * other bytes are unchanged.
     *
     * @return the same array if nothing was found
     */
    public byte[] json(byte[] message) {
        var result = Glance.at(message, 0, message.length, true, tails) ? carefully(message) : message;
        return open(result);
    }

    /** Redacts a line of a log or of standard error; returns the same string if nothing was found. */
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
        return "redactor";
    }

    private byte[] carefully(byte[] message) {
        var cuts = Envelope.search(message, tails);
        return cuts.isEmpty() ? message : cuts.applied();
    }

    /** Called after the search, which may have missed patterns wiped during it. The fences keep that order. */
    private <T> T open(T result) {
        VarHandle.fullFence();
        if (closed) {
            throw new IllegalStateException("the redactor is closed");
        }
        return result;
    }
}
