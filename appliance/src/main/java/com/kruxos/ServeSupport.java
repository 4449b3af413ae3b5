package com.kruxos;

import com.kruxos.config.Config;
import com.kruxos.config.ConfigFile;
import com.kruxos.os.SystemdNotifier;
import com.kruxos.vault.KeyFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What the commands that start an appliance have in common: where its home is, and how long it runs. */
public final class ServeSupport {
    /** Added to every port by {@code --port-offset}. */
    public static final int MAX_PORT_OFFSET = 50_000;

    /** The name of the credential that is the vault's key. */
    static final String CREDENTIAL = "kruxos-age-key";

    private ServeSupport() {}

    /** {@code --home}, else {@code KRUXOS_HOME}, else {@code ~/.kruxos}. */
    public static HomeDirectory home(@Nullable String option) {
        var named = option != null ? option : System.getenv("KRUXOS_HOME");
        if (named != null && !named.isEmpty()) {
            return new HomeDirectory(Path.of(named));
        }
        // Java's own idea of the user's home ignores HOME for root.
        var user = Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("user.home"));
        return new HomeDirectory(Path.of(user, ".kruxos"));
    }

    /**
     * The vault's files in a home. The key is where {@code KRUXOS_AGE_KEY} says; else what the service manager handed
     * over as {@value #CREDENTIAL}; else in the home.
     */
    public static KeyFiles keys(HomeDirectory home) {
        return keys(home, System.getenv());
    }

    static KeyFiles keys(HomeDirectory home, Map<String, String> environment) {
        var files = KeyFiles.in(home.folder());
        var elsewhere = environment.getOrDefault("KRUXOS_AGE_KEY", "");
        if (!elsewhere.isEmpty()) {
            return files.withIdentity(Path.of(elsewhere));
        }
        var credentials = environment.getOrDefault("CREDENTIALS_DIRECTORY", "");
        var handedOver = Path.of(credentials, CREDENTIAL);
        return credentials.isEmpty() || !Files.exists(handedOver) ? files : files.withIdentity(handedOver);
    }

    /** Whether the key is one that the service manager handed over, and lies sealed or nowhere while we do not run. */
    static boolean isServiceCredential(KeyFiles keys) {
        return keys.identity().endsWith(CREDENTIAL);
    }

    public static Config config(HomeDirectory home, int portOffset) {
        return ConfigFile.read(home.config()).movedBy(portOffset);
    }

    /**
     * Runs until the process is told to end, then stops everything in order. Whoever started us as a service is told
     * when we are ready, that we are alive, and that we are stopping.
     */
    public static void runUntilStopped(Appliance appliance) {
        var manager = SystemdNotifier.fromEnvironment(System.getenv());
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            manager.notifyStopping("waiting for calls under way", appliance.maxStopTime());
                            appliance.stop();
                            stopped.countDown();
                        },
                        "shutdown"));
        if (!manager.notifyReady(appliance.statusLine())) {
            LoggerFactory.getLogger(ServeSupport.class).warn("the service manager cannot be told that we are ready");
        }
        var _ = Watchdog.start(manager, appliance::isAlive, appliance::statusLine);
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
