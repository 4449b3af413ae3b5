package com.kruxos.operator;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/**
 * Where agents connect, as it is told to somebody who may copy it: without TLS where only this machine can come, since
 * no client there needs to trust a certificate; else with it.
 *
 * @param name the name the appliance goes by, if it was given one
 * @param bind the address it listens on; that of every network where it is {@code 0.0.0.0} or {@code ::}
 */
public record AgentsDoor(Optional<String> name, String bind, int port) {
    /** For a client where the asking person is: {@code reached} is the host they reached us by. */
    URI http(String reached) {
        return place("http", reached);
    }

    URI webSocket(String reached) {
        return place("ws", reached);
    }

    private URI place(String scheme, String reached) {
        var host = isLocal(bind) ? bind : name.orElse(isEverywhere() ? bare(reached) : bind);
        var literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create(scheme + (isLocal(host) ? "" : "s") + "://" + literal + ":" + port + "/mcp");
    }

    private boolean isEverywhere() {
        return bind.equals("0.0.0.0") || bind.equals("::");
    }

    private static boolean isLocal(String host) {
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false; // a name
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
