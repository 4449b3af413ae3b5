package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard cannot reach credentials: it has no dependency on other modules. Fails when one is added. */
class ModuleIsolationTest {
    @ParameterizedTest
    @ValueSource(strings = {"com.kruxos.vault.Vault", "com.kruxos.identity.Agents", "com.kruxos.Appliance"})
    void noClassOfTheApplianceIsOnTheClassPath(String name) {
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(name));
    }
}
