package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AssetsTest {
    private static final Pattern NAME = Pattern.compile("/assets/[a-z]+\\.[0-9a-f]{8}\\.(css|js|svg)");

    @Test
    void eachIsFoundByANameOfItsContent() {
        assertThat(Assets.all()).hasSize(3).allSatisfy(asset -> {
            assertThat(asset.path()).matches(NAME);
            assertThat(Assets.find(asset.path()).orElseThrow().bytes())
                    .isNotEmpty()
                    .isSameAs(asset.bytes());
        });
    }

    @Test
    void nothingElseIsThere() {
        assertThat(Assets.find("/assets/app.css")).isEmpty();
        assertThat(Assets.find("/assets/../package-info.class")).isEmpty();
        assertThat(Assets.find("")).isEmpty();
    }

    /** Red with anything from another host, and with what the rules for scripts forbid. */
    @Test
    void theyAskNobodyForMore() {
        assertThat(text(Assets.STYLE)).doesNotContain("@import", "url(", "http");
        assertThat(text(Assets.SCRIPT)).doesNotContain("http", "eval", "Function(", ".style", "import");
    }

    private static String text(Asset asset) {
        return new String(asset.bytes(), StandardCharsets.UTF_8);
    }
}
