package com.kruxos.os;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Finds running processes by the environment they were started with, in {@code /proc}. Only processes whose environment
 * we may read are found: those of our own user, or all for root. Zombies and this process itself are left out. Finds
 * nothing on systems other than Linux.
 */
public final class ProcessFinder {
    /** Linux limits arguments and environment together to 6 MiB (3/4 of the largest default stack). */
    private static final int MAX_ENVIRONMENT_BYTES = 6 << 20;

    private ProcessFinder() {}

    /** Processes with an environment entry ({@code NAME=value}) that starts with this text. */
    public static List<Long> findByEnvironment(String entry) {
        var wanted = entry.getBytes(StandardCharsets.UTF_8);
        return findAll(process -> containsEntry(environmentOf(process), wanted));
    }

    /** The same, and all processes of the session with this leader. */
    public static List<Long> findByEnvironment(String entry, long sessionLeader) {
        var wanted = entry.getBytes(StandardCharsets.UTF_8);
        return findAll(process -> sessionOf(process) == sessionLeader || containsEntry(environmentOf(process), wanted));
    }

    private static List<Long> findAll(LongPredicate wanted) {
        var found = new ArrayList<Long>();
        var names = SystemInfo.isLinux() ? new File("/proc").list() : null;
        if (names == null) {
            return found;
        }
        var self = ProcessHandle.current().pid();
        for (var name : names) {
            if (!Character.isDigit(name.charAt(0))) {
                continue;
            }
            var process = Long.parseLong(name);
            if (process > 1 && process != self && wanted.test(process) && stateOf(process) != 'Z') {
                found.add(process);
            }
        }
        return found;
    }

    /** The state letter of proc(5); Z for a zombie and for a process that is gone. */
    private static char stateOf(long process) {
        var fields = statFields(process);
        return fields.isEmpty() ? 'Z' : fields.charAt(0);
    }

    private static long sessionOf(long process) {
        // state, parent, group, session
        var fields = statFields(process).split(" ", 5);
        return fields.length < 5 ? -1 : Long.parseLong(fields[3]);
    }

    /** {@code /proc/PID/stat} after the name, which is in parentheses and may itself contain parentheses and spaces. */
    private static String statFields(long process) {
        var stat = new String(readFile(process, "stat", 4096), StandardCharsets.ISO_8859_1);
        var end = stat.lastIndexOf(") ");
        return end < 0 ? "" : stat.substring(end + 2);
    }

    private static byte[] environmentOf(long process) {
        return readFile(process, "environ", MAX_ENVIRONMENT_BYTES);
    }

    private static byte[] readFile(long process, String file, int atMost) {
        try (var in = new FileInputStream("/proc/" + process + "/" + file)) {
            return in.readNBytes(atMost);
        } catch (IOException e) {
            return new byte[0]; // the process has exited, or belongs to another user
        }
    }

    /** Whether an entry starts with these bytes; a zero byte ends each entry. */
    static boolean containsEntry(byte[] environment, byte[] entry) {
        for (var at = 0; at + entry.length <= environment.length; at++) {
            if (Arrays.equals(environment, at, at + entry.length, entry, 0, entry.length)) {
                return true;
            }
            while (at < environment.length && environment[at] != 0) {
                at++;
            }
        }
        return false;
    }
}
