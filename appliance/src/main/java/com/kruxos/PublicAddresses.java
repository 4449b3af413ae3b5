package com.kruxos;

import com.kruxos.config.Config;
import com.kruxos.operator.GatewayAddress;
import java.util.Optional;

/** The addresses that people and agents are told to use: the first configured host name, else the bind address. */
final class PublicAddresses {
    private PublicAddresses() {}

    static String dashboardUrl(Config config, int port) {
        var host = hostName(config).orElseGet(() -> literal(config.dashboard().bind()));
        return "https://" + host + ":" + port;
    }

    static GatewayAddress gateway(Config config, int port) {
        return new GatewayAddress(hostName(config), config.gateway().bind(), port);
    }

    private static Optional<String> hostName(Config config) {
        return config.hostNames().stream().sorted().findFirst();
    }

    private static String literal(String bind) {
        var address = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
