package com.kruxos.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret is named SCOPE/KEY, or NAME for NAME/value. */
class SecretNameTest {
    @Test
    void aNameHasScopeAndKey() {
        var name = SecretName.of("default", "github/token");
        assertThat(name.scope()).isEqualTo("github");
        assertThat(name.key()).isEqualTo("token");
        assertThat(name.owner()).isEqualTo("space");
        assertThat(name.name()).isEqualTo("github/token");
    }

    @Test
    void aNameWithoutSlashHasTheKeyValue() {
        assertThat(SecretName.of("default", "GITHUB_TOKEN")).isEqualTo(SecretName.of("default", "GITHUB_TOKEN/value"));
    }

    /** Fails without the checks in the constructor. A record's context joins scope and key with a slash. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "a/",
                "/b",
                "a/b/c",
                "a b",
                "a/b\n",
                "ä/b",
                "a/ö",
                "a\\b",
                "..//..",
                "x2345678901234567890123456789012345678901234567890123456789012345"
            })
    void invalidNamesAreRefused(String text) {
        assertThatThrownBy(() -> SecretName.of("default", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a secret is SCOPE/KEY or NAME");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "agent:", "agent", "user:1", "agent:a/b", "Space"})
    void anInvalidOwnerIsRefused(String owner) {
        assertThatThrownBy(() -> new SecretName("default", owner, "a", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("an owner");
    }

    /** The text may be a value that was entered in place of the name. */
    @Test
    void aLongTextIsNotRepeatedInTheMessage() {
        assertThatThrownBy(() -> SecretName.of("default", "ghp_16C7e42F292c6912E7710c838347Ae178B4a=="))
                .message()
                .contains("\"ghp_…\"")
                .doesNotContain("16C7e");
    }
}
