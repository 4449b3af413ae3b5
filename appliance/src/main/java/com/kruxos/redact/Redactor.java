package com.kruxos.redact;

import com.kruxos.vault.Lease;
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
public final class Redactor implements AutoCloseable {
    private final SuffixFilter suffixFilter;
    private volatile boolean closed;

    private Redactor(SuffixFilter tails) {
        this.suffixFilter = tails;
    }

    /** Looks for the values of these leases, which may be closed afterwards. */
    public static Redactor of(Collection<Lease> leases) {
        var needles = new ArrayList<SecretPattern>();
        for (var lease : leases) {
            needles.addAll(SecretPatterns.of(lease.value()));
        }
        return new Redactor(new SuffixFilter(needles));
    }

    /** Looks for nothing. */
    public static Redactor none() {
        return new Redactor(new SuffixFilter(new ArrayList<>()));
    }

    /**
     * A JSON-RPC message (or array of them) without the values in its strings, member names and numbers; only the
     * envelope's {@code id} stays what it is. Every other byte is left alone.
     *
     * @return the same array when there was nothing to take out
     */
    public byte[] redactJson(byte[] message) {
        var result = Prefilter.mayContainSecret(message, 0, message.length, true, suffixFilter)
                ? scanJson(message)
                : message;
        return unlessClosed(result);
    }

    /** A line of text, for logs and standard error, without the values; the same string when there was none in it. */
    public String redactText(String line) {
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        if (!Prefilter.mayContainSecret(bytes, 0, bytes.length, false, suffixFilter)) {
            return unlessClosed(line);
        }
        var cuts = new RedactedRanges(bytes);
        FullScan.scan(bytes, 0, bytes.length, false, suffixFilter, cuts);
        return unlessClosed(cuts.isEmpty() ? line : new String(cuts.apply(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        closed = true;
        VarHandle.fullFence();
        suffixFilter.wipe();
    }

    @Override
    public String toString() {
        return "scrubber";
    }

    private byte[] scanJson(byte[] message) {
        var cuts = JsonStringScanner.scan(message, suffixFilter);
        return cuts.isEmpty() ? message : cuts.apply();
    }

    /** Asked last: needles wiped in the middle of a search were not found. The fences keep the two in that order. */
    private <T> T unlessClosed(T result) {
        VarHandle.fullFence();
        if (closed) {
            throw new IllegalStateException("the scrubber is closed");
        }
        return result;
    }
}
