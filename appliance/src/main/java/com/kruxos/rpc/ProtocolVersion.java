package com.kruxos.rpc;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The MCP versions the appliance supports, oldest first, and what differs between them. */
public enum ProtocolVersion {
    V2024_11_05("2024-11-05"),
    V2025_03_26("2025-03-26"),
    V2025_06_18("2025-06-18"),
    V2025_11_25("2025-11-25");

    /** Offered to servers, and to clients that ask for a version we do not support. */
    public static final ProtocolVersion LATEST = V2025_11_25;

    private final String wireName;

    ProtocolVersion(String wireName) {
        this.wireName = wireName;
    }

    /** Null for a version that is not supported. */
    public static @Nullable ProtocolVersion find(String wireName) {
        for (var version : values()) {
            if (version.wireName.equals(wireName)) {
                return version;
            }
        }
        return null;
    }

    /** All of them as a list for a person. */
    public static String list() {
        return Arrays.stream(values()).map(ProtocolVersion::wireName).collect(Collectors.joining(", "));
    }

    /** As the protocol writes it: a date. */
    public String wireName() {
        return wireName;
    }

    /** Whether several messages may be sent as one JSON array. */
    public boolean hasBatches() {
        return this == V2025_03_26;
    }

    /** Whether HTTP requests name the version in {@code MCP-Protocol-Version}. */
    public boolean hasVersionHeader() {
        return compareTo(V2025_06_18) >= 0;
    }

    /** Whether a stream of events begins with an event that has an id and no message. */
    public boolean hasPrimingEvents() {
        return compareTo(V2025_11_25) >= 0;
    }
}
