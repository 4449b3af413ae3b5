package com.kruxos.host;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Who started us and wants to know how we stand: a datagram each, as sd_notify(3) has them, which Java's own sockets
 * cannot send. Where nobody asked, nothing is said. For any thread.
 */
public final class ServiceManager {
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    private final String address;
    private final Optional<Duration> watchdog;

    private ServiceManager(String address, Optional<Duration> watchdog) {
        this.address = address;
        this.watchdog = watchdog;
    }

    /** The one that this environment names. Children of ours get an environment of their own, without it. */
    public static ServiceManager of(Map<String, String> environment) {
        return new ServiceManager(environment.getOrDefault("NOTIFY_SOCKET", ""), watchdog(environment));
    }

    /** Whether anybody wants to hear from us. */
    public boolean listens() {
        return !address.isEmpty() && Host.linux();
    }

    /** After how long without {@link #alive} we are ended; absent when nobody watches. */
    public Optional<Duration> watchdog() {
        return watchdog.filter(_ -> listens());
    }

    /** The doors are open. False when that could not be said; true also when nobody wants to know. */
    public boolean ready(String status) {
        return say("READY=1\nSTATUS=" + line(status));
    }

    /** We are alive. */
    public boolean alive(String status) {
        return say("WATCHDOG=1\nSTATUS=" + line(status));
    }

    /** We are ending, and that may take so long; longer than the unit allows, if need be. */
    public boolean stopping(String status, Duration atMost) {
        return say("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + micros(atMost) + "\nSTATUS=" + line(status));
    }

    private boolean say(String state) {
        if (!listens()) {
            return true;
        }
        try (var arena = Arena.ofConfined()) {
            var to = UnixAddress.of(address, arena);
            var socket = to.isEmpty() ? -1 : Native.socket(UnixAddress.FAMILY, SOCK_DGRAM | SOCK_CLOEXEC);
            if (to.isEmpty() || socket < 0) {
                return false;
            }
            try {
                var datagram = arena.allocateFrom(ValueLayout.JAVA_BYTE, state.getBytes(StandardCharsets.UTF_8));
                return Native.sendTo(socket, datagram, MSG_NOSIGNAL, to.get()) == datagram.byteSize();
            } finally {
                Native.close(socket);
            }
        }
    }

    /** A line end would begin another assignment. */
    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private static Optional<Duration> watchdog(Map<String, String> environment) {
        var process = environment.getOrDefault("WATCHDOG_PID", "");
        if (!process.isEmpty()
                && !process.equals(Long.toString(ProcessHandle.current().pid()))) {
            return Optional.empty(); // meant for somebody who started us
        }
        try {
            var micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
            return micros <= 0 ? Optional.empty() : Optional.of(Duration.ofNanos(Math.multiplyExact(micros, 1_000)));
        } catch (NumberFormatException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static long micros(Duration time) {
        return time.toNanos() / 1_000;
    }
}
