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

/** What the commands that start an appliance share: locating the home and the vault key, and running until SIGTERM. */
public final class ServeSupport {
    /** Added to every port by {@code --port-offset}. */
    public static final int MAX_PORT_OFFSET = 50_000;

    /** Name of the systemd credential that holds the vault key. */
    static final String CREDENTIAL = "kruxos-age-key";

    private ServeSupport() {}

    /** {@code --home}, else {@code KRUXOS_HOME}, else {@code ~/.kruxos}. */
    public static HomeDirectory home(@Nullable String option) {
        var named = option != null ? option : System.getenv("KRUXOS_HOME");
        if (named != null && !named.isEmpty()) {
            return new HomeDirectory(Path.of(named));
        }
        // The property user.home ignores HOME for root.
        var userHome = Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("user.home"));
        return new HomeDirectory(Path.of(userHome, ".kruxos"));
    }

    /**
     * The vault's key files. The path of the identity is {@code KRUXOS_AGE_KEY}, else the systemd credential
     * {@value #CREDENTIAL}, else a file in the home.
     */
    public static KeyFiles keys(HomeDirectory home) {
        return keys(home, System.getenv());
    }

    static KeyFiles keys(HomeDirectory home, Map<String, String> environment) {
        var files = KeyFiles.in(home.folder());
        var keyPath = environment.getOrDefault("KRUXOS_AGE_KEY", "");
        if (!keyPath.isEmpty()) {
            return files.withIdentityFile(Path.of(keyPath));
        }
        var credentials = environment.getOrDefault("CREDENTIALS_DIRECTORY", "");
        var credential = Path.of(credentials, CREDENTIAL);
        return credentials.isEmpty() || !Files.exists(credential) ? files : files.withIdentityFile(credential);
    }

    /** Whether the key is a systemd credential: on disk it is encrypted, or not present at all. */
    static boolean isServiceCredential(KeyFiles keys) {
        return keys.identityFile().endsWith(CREDENTIAL);
    }

    /** The command as the person typed it, so that printed commands can be copied. */
    public static String commandName() {
        return Objects.requireNonNullElse(System.getenv("KRUXOS_COMMAND"), "kruxos");
    }

    public static Config config(HomeDirectory home, int portOffset) {
        return ConfigFile.read(home.config()).withPortOffset(portOffset);
    }

    /**
     * Runs until SIGTERM or SIGINT, then stops everything in order. Sends READY, WATCHDOG and STOPPING to the service
     * manager.
     */
    public static void runUntilStopped(Appliance appliance) {
        var manager = SystemdNotifier.fromEnvironment(System.getenv());
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            manager.notifyStopping("waiting for calls in flight", appliance.maxStopTime());
                            appliance.stop();
                            stopped.countDown();
                        },
                        "shutdown"));
        if (!manager.notifyReady(appliance.statusLine())) {
            LoggerFactory.getLogger(ServeSupport.class).warn("cannot send READY to the service manager");
        }
        var _ = Watchdog.start(manager, appliance::isAlive, appliance::statusLine);
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
