package com.kruxos.os;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the service's state to systemd, one sd_notify(3) datagram each; the JDK has no Unix datagram sockets. Does
 * nothing where no service manager asked for it. Thread-safe.
 */
public final class SystemdNotifier {
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    private final String address;
    private final Optional<Duration> watchdogTimeout;

    private SystemdNotifier(String address, Optional<Duration> watchdogTimeout) {
        this.address = address;
        this.watchdogTimeout = watchdogTimeout;
    }

    /** Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Our children never inherit them. */
    public static SystemdNotifier fromEnvironment(Map<String, String> environment) {
        return new SystemdNotifier(environment.getOrDefault("NOTIFY_SOCKET", ""), readWatchdogTimeout(environment));
    }

    /** Whether a service manager asked for notifications. */
    public boolean isEnabled() {
        return !address.isEmpty() && SystemInfo.isLinux();
    }

    /** After how long without {@link #notifyWatchdog} systemd kills the service; empty without a watchdog. */
    public Optional<Duration> watchdogTimeout() {
        return watchdogTimeout.filter(_ -> isEnabled());
    }

    /** All listeners are open. False when the datagram could not be sent; true when notifications are off. */
    public boolean notifyReady(String status) {
        return send("READY=1\nSTATUS=" + singleLine(status));
    }

    /** Resets the watchdog. */
    public boolean notifyWatchdog(String status) {
        return send("WATCHDOG=1\nSTATUS=" + singleLine(status));
    }

    /**
     * Tells systemd that the service is stopping.
     *
     * @param atMost how long the shutdown may take, even if the unit's own limit is shorter
     */
    public boolean notifyStopping(String status, Duration atMost) {
        return send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + toMicros(atMost) + "\nSTATUS=" + singleLine(status));
    }

    private boolean send(String state) {
        if (!isEnabled()) {
            return true;
        }
        try (var arena = Arena.ofConfined()) {
            var to = UnixSocketAddress.of(address, arena);
            var socket = to.isEmpty() ? -1 : CLibrary.socket(UnixSocketAddress.FAMILY, SOCK_DGRAM | SOCK_CLOEXEC);
            if (to.isEmpty() || socket < 0) {
                return false;
            }
            try {
                var datagram = arena.allocateFrom(ValueLayout.JAVA_BYTE, state.getBytes(StandardCharsets.UTF_8));
                return CLibrary.sendto(socket, datagram, MSG_NOSIGNAL, to.get()) == datagram.byteSize();
            } finally {
                CLibrary.close(socket);
            }
        }
    }

    /** A line break in a status would start another assignment. */
    private static String singleLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private static Optional<Duration> readWatchdogTimeout(Map<String, String> environment) {
        var process = environment.getOrDefault("WATCHDOG_PID", "");
        if (!process.isEmpty()
                && !process.equals(Long.toString(ProcessHandle.current().pid()))) {
            return Optional.empty(); // meant for a parent process
        }
        try {
            var micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
            return micros <= 0 ? Optional.empty() : Optional.of(Duration.ofNanos(Math.multiplyExact(micros, 1_000)));
        } catch (NumberFormatException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static long toMicros(Duration time) {
        return time.toNanos() / 1_000;
    }
}
