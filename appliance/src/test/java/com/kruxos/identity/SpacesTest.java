package com.kruxos.identity;

import static com.kruxos.identity.IdentityFixture.reasonOf;
import static com.kruxos.identity.IdentityFixture.requireValue;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.result.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpacesTest {
    @TempDir
    Path folder;

    @Test
    void spacesAreCreatedFoundListedAndDeleted() {
        try (var home = new IdentityFixture(folder)) {
            var made = requireValue(home.spaces.create("default"));
            requireValue(home.spaces.create("alpha"));
            assertThat(made.id()).matches("spc_[a-z2-7]{16}");
            assertThat(reasonOf(home.spaces.create("default"))).isEqualTo(Result.RefusalReason.CONFLICT);
            assertThat(reasonOf(home.spaces.create("Default"))).isEqualTo(Result.RefusalReason.INVALID);

            home.restart();

            assertThat(home.spaces.find("default")).contains(made);
            assertThat(home.spaces.find(made.id())).contains(made);
            assertThat(home.spaces.list()).extracting(Space::name).containsExactly("alpha", "default");
            requireValue(home.spaces.delete(made.id()));
            assertThat(home.spaces.find("default")).isEmpty();
        }
    }
}
