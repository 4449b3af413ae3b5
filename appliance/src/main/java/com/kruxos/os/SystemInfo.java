package com.kruxos.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** What we ask the operating system about ourselves. Where a system cannot answer, the answer is empty or false. */
public final class SystemInfo {
    private static final int PR_SET_DUMPABLE = 4;

    private static final boolean LINUX =
            "Linux".equals(System.getProperty("os.name")) && Files.isDirectory(Path.of("/proc/self"));

    private SystemInfo() {}

    /** Whether this is Linux with /proc mounted. Everything else here and in {@link ProcessFinder} builds on it. */
    public static boolean isLinux() {
        return LINUX;
    }

    /**
     * The user this process acts as: 0 is root. /proc is not asked: it says root of a process that may not be dumped.
     */
    public static int effectiveUserId() {
        return CLibrary.geteuid();
    }

    /** What this machine calls itself; empty where it does not say. Nothing is looked up on the network. */
    public static String hostName() {
        try {
            return LINUX
                    ? Files.readString(Path.of("/proc/sys/kernel/hostname")).strip()
                    : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** The group this process acts as. */
    public static int effectiveGroupId() {
        return CLibrary.getegid();
    }

    /**
     * Makes this process undumpable: no core file, no debugger of the same user, no reading of its memory through
     * /proc. To be called once at start, before any secret is in memory.
     *
     * @return false where the system has no such thing; that is worth a line in {@code status}
     */
    public static boolean makeUndumpable() {
        return LINUX && CLibrary.prctl(PR_SET_DUMPABLE, 0) == 0;
    }

    /** Bytes of memory this process holds in RAM, shared pages included. */
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

    /** Processor time this process has used since it started, user and system, in steps of 10 ms. */
    public static Optional<Duration> cpuTime() {
        return ProcessHandle.current().info().totalCpuDuration();
    }
}
