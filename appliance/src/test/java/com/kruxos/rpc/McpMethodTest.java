package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class McpMethodTest {
    @Test
    void onlyTheExactNameOfAMethodIsKnown() {
        assertThat(McpMethod.find("tools/call")).isEqualTo(McpMethod.TOOLS_CALL);
        assertThat(McpMethod.find("tools/callx")).isNull();
        assertThat(McpMethod.find("Tools/call")).isNull();
        assertThat(McpMethod.find(" tools/call")).isNull();
        assertThat(McpMethod.find("")).isNull();
    }

    @Test
    void onlyRequestsOfAgentsAreAnsweredLocallyOrForwarded() {
        assertThat(McpMethod.values())
                .filteredOn(McpMethod::isForwarded)
                .extracting(McpMethod::wireName)
                .containsExactly(
                        "tools/call",
                        "prompts/get",
                        "resources/read",
                        "resources/subscribe",
                        "resources/unsubscribe",
                        "completion/complete");
        assertThat(McpMethod.values())
                .filteredOn(McpMethod::isLocal)
                .extracting(McpMethod::wireName)
                .containsExactly(
                        "initialize",
                        "ping",
                        "logging/setLevel",
                        "tools/list",
                        "prompts/list",
                        "resources/list",
                        "resources/templates/list");
    }

    @Test
    void everyProtocolVersionIsFoundByItsName() {
        for (var version : ProtocolVersion.values()) {
            assertThat(ProtocolVersion.find(version.wireName())).isEqualTo(version);
        }
        assertThat(ProtocolVersion.find("1999-01-01")).isNull();
        assertThat(ProtocolVersion.list()).isEqualTo("2024-11-05, 2025-03-26, 2025-06-18, 2025-11-25");
    }
}
