package com.kruxos;

import com.kruxos.config.Config;
import com.kruxos.config.ConfigFile;
import com.kruxos.host.ServiceManager;
import com.kruxos.vault.KeyFiles;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What the commands that start an appliance have in common: where its home is, and how long it runs. */
public final class Serving {
    /** Added to every port by {@code --port-offset}. */
    public static final int MOST_OFFSET = 50_000;

    private Serving() {}

    /** {@code --home}, else {@code KRUXOS_HOME}, else {@code ~/.kruxos}. */
    public static Home home(@Nullable String option) {
        var named = option != null ? option : System.getenv("KRUXOS_HOME");
        if (named != null && !named.isEmpty()) {
            return new Home(Path.of(named));
        }
        // Java's own idea of the user's home ignores HOME for root.
        var user = Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("user.home"));
        return new Home(Path.of(user, ".kruxos"));
    }

    /** The vault's files in a home; {@code KRUXOS_AGE_KEY} names another place for the key. */
    public static KeyFiles keys(Home home) {
        var elsewhere = System.getenv("KRUXOS_AGE_KEY");
        var files = KeyFiles.in(home.folder());
        return elsewhere == null || elsewhere.isEmpty() ? files : files.withIdentity(Path.of(elsewhere));
    }

    public static Config config(Home home, int portOffset) {
        return ConfigFile.read(home.config()).movedBy(portOffset);
    }

    /**
     * Runs until the process is told to end, then stops everything in order. Whoever started us as a service is told
     * when we are ready, that we are alive, and that we are stopping.
     */
    public static void untilStopped(Appliance appliance) {
        var manager = ServiceManager.of(System.getenv());
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            manager.stopping("waiting for calls under way", appliance.stopsWithin());
                            appliance.stop();
                            stopped.countDown();
                        },
                        "shutdown"));
        if (!manager.ready(appliance.condition())) {
            LoggerFactory.getLogger(Serving.class).warn("the service manager cannot be told that we are ready");
        }
        var _ = Pulse.start(manager, appliance::alive, appliance::condition);
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
