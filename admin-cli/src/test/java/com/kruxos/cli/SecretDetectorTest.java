package com.kruxos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretDetectorTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghp_0000000000000000000000000000",
                "postgres://user:pass@db/app",
                "0123456789abcdef0123456789abcdef",
                "q7Zr1Xk9VbN3mT5yLw8Hc2Jd",
                "Bearer abcdefgh12345678"
            })
    void detectsSecretValues(String value) {
        assertThat(SecretDetector.isSecretValue(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@modelcontextprotocol/server-filesystem",
                "/srv/some/long/folder/with-many-parts-2026",
                "https://example.org/path?query=1",
                "mcp-server-filesystem-for-documents",
                "stdio",
                "--verbose",
                "2027-01-31",
                "npm-package-name@1.2.3",
                "postgres://db.example.org/app"
            })
    void acceptsOrdinaryValues(String value) {
        assertThat(SecretDetector.isSecretValue(value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GITHUB_TOKEN", "--api-key", "apiKey", "DB_PASSWORD", "client-secret", "GITHUB_PAT", "TOKEN2"})
    void detectsSecretNames(String name) {
        assertThat(SecretDetector.isSecretName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATH", "MONKEY", "--author", "TOKENIZERS", "LOG_LEVEL", "COMPAT", "KEYBOARD"})
    void acceptsOrdinaryNames(String name) {
        assertThat(SecretDetector.isSecretName(name)).isFalse();
    }
}
