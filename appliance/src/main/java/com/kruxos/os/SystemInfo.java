package com.kruxos.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Facts about this process and its machine. Empty or false where the system cannot tell. */
public final class SystemInfo {
    private static final int PR_SET_DUMPABLE = 4;
    private static final boolean LINUX =
            "Linux".equals(System.getProperty("os.name")) && Files.isDirectory(Path.of("/proc/self"));

    private SystemInfo() {}

    /** Whether this is Linux with {@code /proc} mounted. */
    public static boolean isLinux() {
        return LINUX;
    }

    /** 0 is root. The owner of {@code /proc/self} would not do: it is root for an undumpable process. */
    public static int effectiveUserId() {
        return CLibrary.geteuid();
    }

    public static int effectiveGroupId() {
        return CLibrary.getegid();
    }

    /** The machine's own name; empty where the system does not tell. No name service is asked. */
    public static String hostName() {
        try {
            return LINUX
                    ? Files.readString(Path.of("/proc/sys/kernel/hostname")).strip()
                    : "";
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Makes this process undumpable: no core file, no debugger of the same user, no access to its memory through
     * {@code /proc}. Call it once at start, before any secret is in memory.
     *
     * @return false where the system does not support it
     */
    public static boolean makeUndumpable() {
        return LINUX && CLibrary.prctl(PR_SET_DUMPABLE, 0) == 0;
    }

    /** The resident set size in bytes, shared pages included. */
    public static OptionalLong residentBytes() {
        if (!LINUX) {
            return OptionalLong.empty();
        }
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            // The line reads "VmRSS:     123456 kB".
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** User and system CPU time since the start, in steps of 10 ms. */
    public static Optional<Duration> cpuTime() {
        return ProcessHandle.current().info().totalCpuDuration();
    }
}
