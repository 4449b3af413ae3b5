package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The module that writes HTML cannot even name a credential: nothing of ours is below it. Red with any dependency on
 * us.
 */
class ModuleIsolationTest {
    @ParameterizedTest
    @ValueSource(strings = {"com.kruxos.vault.Vault", "com.kruxos.identity.Agents", "com.kruxos.Appliance"})
    void noClassOfTheApplianceIsOnTheClassPath(String name) {
        assertThatExceptionOfType(ClassNotFoundException.class).isThrownBy(() -> Class.forName(name));
    }
}
