package com.kruxos.session;

import com.kruxos.rpc.ProtocolVersion;
import java.util.Map;

/**
 * What a client declares when it initializes a session. The appliance verifies none of it.
 *
 * @param name name and version of the client; empty when it gives none
 * @param capabilities what servers may request of it: the JSON it declared, by capability
 */
public record ClientInfo(String name, Map<String, String> capabilities, ProtocolVersion protocolVersion) {
    /** Of a client that has not initialized its session. */
    public static final ClientInfo NONE = new ClientInfo("", Map.of(), ProtocolVersion.LATEST);

    public ClientInfo {
        capabilities = Map.copyOf(capabilities);
    }
}
