package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminBox;
import com.kruxos.web.LoopbackDoor;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DoorTest {
    @TempDir
    Path home;

    /** Red when the door answers on virtual threads: who wants to stop an agent must not wait for its calls. */
    @Test
    void peopleAreAnsweredWhileCallsKeepEveryCarrier() throws Exception {
        var over = new AtomicBoolean();
        var port = LoopbackDoor.bind("api", "127.0.0.1", 0, Set.of());
        try (var box = new AdminBox(home);
                var api = TokenApi.start(home, box.admin, box.tokens, box.database, box.clock(), port);
                var person = Executors.newSingleThreadExecutor();
                AutoCloseable _ = () -> over.set(true)) {
            for (var carrier = 0; carrier < Runtime.getRuntime().availableProcessors(); carrier++) {
                Thread.startVirtualThread(() -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                });
            }
            var answer = person.submit(() -> new RawClient(api.socket()).get("/api/v1/status"));
            assertThat(answer.get(30, TimeUnit.SECONDS).status).isEqualTo(200);
        }
    }
}
