package com.kruxos.os;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Finds living processes by what they were started with. Everywhere but on Linux it finds none.
 *
 * <p>Only processes whose start environment we may read are found: our own user's, or everybody's for root. Zombies are
 * not alive. This process itself is never among the answers.
 */
public final class ProcessFinder {
    /** Linux gives arguments and environment together at most 6 MiB (3/4 of the largest default stack). */
    private static final int MAX_ENVIRONMENT_BYTES = 6 << 20;

    private ProcessFinder() {}

    /** Processes started with an environment entry ({@code NAME=value}) that begins with this text. */
    public static List<Long> findByEnvironment(String entry) {
        var wanted = entry.getBytes(StandardCharsets.UTF_8);
        return findAll(process -> containsEntry(environmentOf(process), wanted));
    }

    /** The same, and also every process of the session that this process leads. */
    public static List<Long> findByEnvironment(String entry, long leader) {
        var wanted = entry.getBytes(StandardCharsets.UTF_8);
        return findAll(process -> sessionOf(process) == leader || containsEntry(environmentOf(process), wanted));
    }

    private static List<Long> findAll(LongPredicate wanted) {
        var found = new ArrayList<Long>();
        var names = SystemInfo.isLinux() ? new java.io.File("/proc").list() : null;
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

    /** One letter; Z when it is a zombie or gone. */
    private static char stateOf(long process) {
        var fields = statFields(process);
        return fields.isEmpty() ? 'Z' : fields.charAt(0);
    }

    private static long sessionOf(long process) {
        // state, parent, group, session
        var fields = statFields(process).split(" ", 5);
        return fields.length < 5 ? -1 : Long.parseLong(fields[3]);
    }

    /**
     * /proc/N/stat from the state on. The name before it stands in brackets and may hold brackets and spaces itself.
     */
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
            return new byte[0]; // it ended meanwhile, or is not ours to look at
        }
    }

    /** Entries are ended by a zero byte each. */
    static boolean containsEntry(byte[] environment, byte[] entry) {
        for (var at = 0; at + entry.length <= environment.length; at++) {
            if (java.util.Arrays.equals(environment, at, at + entry.length, entry, 0, entry.length)) {
                return true;
            }
            while (at < environment.length && environment[at] != 0) {
                at++;
            }
        }
        return false;
    }
}
