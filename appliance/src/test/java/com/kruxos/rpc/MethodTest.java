package com.kruxos.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MethodTest {
    @Test
    void onlyTheExactNameOfAMethodIsKnown() {
        assertThat(Method.find("tools/call")).isEqualTo(Method.TOOLS_CALL);
        assertThat(Method.find("tools/callx")).isNull();
        assertThat(Method.find("Tools/call")).isNull();
        assertThat(Method.find(" tools/call")).isNull();
        assertThat(Method.find("")).isNull();
    }

    @Test
    void onlyRequestsOfAgentsAreAnsweredLocallyOrForwarded() {
        assertThat(Method.values())
                .filteredOn(Method::isForwarded)
                .extracting(Method::wireName)
                .containsExactly(
                        "tools/call",
                        "prompts/get",
                        "resources/read",
                        "resources/subscribe",
                        "resources/unsubscribe",
                        "completion/complete");
        assertThat(Method.values())
                .filteredOn(Method::isLocal)
                .extracting(Method::wireName)
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
