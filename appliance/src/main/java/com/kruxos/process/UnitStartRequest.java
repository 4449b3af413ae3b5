package com.kruxos.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * The request that tells a systemd unit what to run; the format is in {@code docs/wire/child.md}. Secrets stay bytes
 * and never become a {@code String}; {@link #close} wipes them.
 */
final class UnitStartRequest implements AutoCloseable {
    /** The limit of {@code systemd/kruxos-child}. */
    private static final int MAX_LENGTH = 8 << 20;

    private final List<byte[]> fields = new ArrayList<>();

    /** @param ownDirectories directories to create first, for the child alone */
    UnitStartRequest(ProcessSpec spec, List<Path> ownDirectories) {
        try {
            addField('d', spec.workingDirectory().toString());
            ownDirectories.forEach(directory -> addField('m', directory.toString()));
            spec.arguments().forEach(argument -> addField('a', argument));
            var names = new HashSet<String>();
            spec.environment().forEach((name, value) -> {
                names.add(EnvironmentBlock.requireValidName(name));
                addField('e', name + "=" + value);
            });
            spec.secretEnvironment().forEach((name, value) -> {
                if (!names.add(EnvironmentBlock.requireValidName(name))) {
                    throw EnvironmentBlock.duplicateName(name);
                }
                addSecret(name, value.get());
            });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The whole request; the caller wipes it. */
    byte[] encode() {
        var length = fields.stream().mapToInt(field -> field.length + 1).sum();
        if (length > MAX_LENGTH) {
            throw new CannotStart(
                    "arguments and variables are longer than " + MAX_LENGTH + " bytes", "use less of them");
        }
        var header = ("kruxos-child 1 " + length + "\n").getBytes(US_ASCII);
        var all = Arrays.copyOf(header, header.length + length);
        var position = header.length;
        for (var field : fields) {
            System.arraycopy(field, 0, all, position, field.length);
            position += field.length + 1; // a zero byte ends each field
        }
        return all;
    }

    private void addField(char kind, String value) {
        if (value.indexOf('\0') >= 0) {
            throw kind == 'e'
                    ? EnvironmentBlock.containsZeroByte(value.substring(0, value.indexOf('=')))
                    : new CannotStart("an argument or directory contains a zero byte", "correct the command");
        }
        fields.add((kind + value).getBytes(UTF_8));
    }

    private void addSecret(String name, byte[] value) {
        for (var b : value) {
            if (b == 0) {
                throw EnvironmentBlock.containsZeroByte(name);
            }
        }
        var prefix = ("e" + name + "=").getBytes(UTF_8);
        var field = Arrays.copyOf(prefix, prefix.length + value.length);
        System.arraycopy(value, 0, field, prefix.length, value.length);
        fields.add(field);
    }

    @Override
    public void close() {
        fields.forEach(field -> Arrays.fill(field, (byte) 0));
    }
}
