package com.kruxos.tokenapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.admin.AdminFixture;
import com.kruxos.web.LoopbackListener;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiThreadsTest {
    @TempDir
    Path home;

    /** Fails if the API runs on virtual threads: stopping an agent must not wait for the agent's calls. */
    @Test
    void requestsAreAnsweredWhileEveryCarrierThreadIsBusy() throws Exception {
        var over = new AtomicBoolean();
        var port = LoopbackListener.bind("api", "127.0.0.1", 0, Set.of());
        try (var box = new AdminFixture(home);
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
            var answer = person.submit(() -> new RawApiClient(api.socket()).get("/api/v1/status"));
            assertThat(answer.get(30, TimeUnit.SECONDS).status).isEqualTo(200);
        }
    }
}
