package com.kruxos.redact;

import com.kruxos.vault.Lease;
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
public final class Redactor implements AutoCloseable {
    private final SuffixFilter suffixFilter;
    private volatile boolean closed;

    private Redactor(SuffixFilter suffixFilter) {
        this.suffixFilter = suffixFilter;
    }

    /** Redacts the values of these leases, which may be closed afterwards. */
    public static Redactor of(Collection<Lease> leases) {
        var patterns = new ArrayList<SecretPattern>();
        for (var lease : leases) {
            patterns.addAll(SecretPatterns.of(lease.value()));
        }
        return new Redactor(new SuffixFilter(patterns));
    }

    /** Redacts nothing. */
    public static Redactor none() {
        return new Redactor(new SuffixFilter(new ArrayList<>()));
    }

    /**
     * Redacts strings, member names and numbers of a JSON-RPC message or batch, except the envelope's {@code id}. All
     * other bytes are unchanged.
     *
     * @return the same array if nothing was found
     */
    public byte[] redactJson(byte[] message) {
        var result = Prefilter.mayContainSecret(message, 0, message.length, true, suffixFilter)
                ? scanJson(message)
                : message;
        return unlessClosed(result);
    }

    /** Redacts a line of a log or of standard error; returns the same string if nothing was found. */
    public String redactText(String line) {
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        if (!Prefilter.mayContainSecret(bytes, 0, bytes.length, false, suffixFilter)) {
            return unlessClosed(line);
        }
        var ranges = new RedactedRanges(bytes);
        FullScan.scan(bytes, 0, bytes.length, false, suffixFilter, ranges);
        return unlessClosed(ranges.isEmpty() ? line : new String(ranges.apply(), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        closed = true;
        VarHandle.fullFence();
        suffixFilter.wipe();
    }

    @Override
    public String toString() {
        return "redactor";
    }

    private byte[] scanJson(byte[] message) {
        var ranges = JsonStringScanner.scan(message, suffixFilter);
        return ranges.isEmpty() ? message : ranges.apply();
    }

    /** Called after the search, which may have missed patterns wiped during it. The fences keep that order. */
    private <T> T unlessClosed(T result) {
        VarHandle.fullFence();
        if (closed) {
            throw new IllegalStateException("the redactor is closed");
        }
        return result;
    }
}
