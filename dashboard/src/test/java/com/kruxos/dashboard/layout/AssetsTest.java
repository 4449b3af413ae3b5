package com.kruxos.dashboard.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AssetsTest {
    private static final Pattern PATH = Pattern.compile("/assets/[a-z]+\\.[0-9a-f]{8}\\.(css|js|svg)");

    @Test
    void eachAssetIsFoundUnderItsContentHash() {
        assertThat(Assets.all()).hasSize(3).allSatisfy(asset -> {
            assertThat(asset.path()).matches(PATH);
            assertThat(Assets.find(asset.path()).orElseThrow().bytes())
                    .isNotEmpty()
                    .isSameAs(asset.bytes());
        });
    }

    @Test
    void otherPathsAreNotFound() {
        assertThat(Assets.find("/assets/app.css")).isEmpty();
        assertThat(Assets.find("/assets/../package-info.class")).isEmpty();
        assertThat(Assets.find("")).isEmpty();
    }

    /** Fails with anything from another host, and with what the content security policy forbids. */
    @Test
    void assetsLoadNothingFromElsewhere() {
        assertThat(text(Assets.STYLE)).doesNotContain("@import", "url(", "http");
        assertThat(text(Assets.SCRIPT)).doesNotContain("http", "eval", "Function(", ".style", "import");
    }

    private static String text(Asset asset) {
        return new String(asset.bytes(), StandardCharsets.UTF_8);
    }
}
