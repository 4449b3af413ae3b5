package com.kruxos.identity;

import static com.kruxos.identity.Home.done;
import static com.kruxos.identity.Home.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpacesTest {
    @TempDir
    Path folder;

    @Test
    void spacesAreMadeFoundListedAndForgotten() {
        try (var home = new Home(folder)) {
            var made = done(home.spaces.create("default"));
            done(home.spaces.create("alpha"));
            assertThat(made.id()).matches("spc_[a-z2-7]{16}");
            assertThat(refused(home.spaces.create("default"))).isEqualTo(Answer.Reason.CONFLICT);
            assertThat(refused(home.spaces.create("Default"))).isEqualTo(Answer.Reason.INVALID);

            home.restart();

            assertThat(home.spaces.find("default")).contains(made);
            assertThat(home.spaces.find(made.id())).contains(made);
            assertThat(home.spaces.list()).extracting(Space::name).containsExactly("alpha", "default");
            done(home.spaces.delete(made.id()));
            assertThat(home.spaces.find("default")).isEmpty();
        }
    }
}
