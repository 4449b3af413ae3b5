package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The address that the dashboard shows for agents. */
class GatewayAddressTest {
    @ParameterizedTest
    @CsvSource({
        // bind address, DNS name, host of the dashboard URL, expected URL
        "127.0.0.1,, localhost, ws://127.0.0.1:7700/mcp",
        "127.0.0.1,, 192.0.2.7, ws://127.0.0.1:7700/mcp",
        "127.0.0.1, box.example, box.example, ws://127.0.0.1:7700/mcp",
        "::1,, localhost, ws://[::1]:7700/mcp",
        "0.0.0.0,, localhost, ws://localhost:7700/mcp",
        "0.0.0.0,, 127.0.0.1, ws://127.0.0.1:7700/mcp",
        "0.0.0.0,, 192.0.2.7, wss://192.0.2.7:7700/mcp",
        "::,, [2001:db8::7], wss://[2001:db8::7]:7700/mcp",
        "0.0.0.0, box.example, 192.0.2.7, wss://box.example:7700/mcp",
        "192.0.2.7,, 192.0.2.9, wss://192.0.2.7:7700/mcp",
        "192.0.2.7, box.example, 192.0.2.9, wss://box.example:7700/mcp",
    })
    void clientsGetTheAddressThatReachesTheGateway(String bind, String name, String reached, String expected) {
        var address = new GatewayAddress(Optional.ofNullable(name), bind, 7700);
        assertThat(address.webSocketUrl(reached)).hasToString(expected);
        assertThat(address.httpUrl(reached)).hasToString(expected.replaceFirst("^ws", "http"));
    }
}
