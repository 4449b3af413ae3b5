package com.kruxos.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.kruxos.egress.CannotConnect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * What a unit is told to run: see {@code docs/wire/child.md}. Secrets are in it as the bytes they were lent as, never
 * as a {@code String}; {@link #close} wipes them.
 */
final class UnitStartRequest implements AutoCloseable {
    /** What the program at the other end takes. */
    private static final int MAX_LENGTH = 8 << 20;

    private final List<byte[]> fields = new ArrayList<>();

    /** @param made folders to be made first, for the child alone */
    UnitStartRequest(ProcessSpec command, List<Path> made) {
        try {
            addField('d', command.workingDirectory().toString());
            made.forEach(folder -> addField('m', folder.toString()));
            command.arguments().forEach(argument -> addField('a', argument));
            var names = new HashSet<String>();
            command.environment().forEach((name, value) -> {
                names.add(EnvironmentBlock.requireValidName(name));
                addField('e', name + "=" + value);
            });
            command.secretEnvironment().forEach((name, value) -> {
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

    /** All of it, for the caller to wipe. */
    byte[] encode() {
        var length = fields.stream().mapToInt(field -> field.length + 1).sum();
        if (length > MAX_LENGTH) {
            throw new CannotConnect("arguments and variables are longer than " + MAX_LENGTH + " bytes", "give it less");
        }
        var greeting = ("kruxos-child 1 " + length + "\n").getBytes(US_ASCII);
        var all = Arrays.copyOf(greeting, greeting.length + length);
        var at = greeting.length;
        for (var field : fields) {
            System.arraycopy(field, 0, all, at, field.length);
            at += field.length + 1; // each is ended by a zero
        }
        return all;
    }

    private void addField(char kind, String value) {
        if (value.indexOf('\0') >= 0) {
            throw kind == 'e'
                    ? EnvironmentBlock.containsZeroByte(value.substring(0, value.indexOf('=')))
                    : new CannotConnect("an argument or folder holds a zero byte", "write the command anew");
        }
        fields.add((kind + value).getBytes(UTF_8));
    }

    private void addSecret(String name, byte[] value) {
        for (var b : value) {
            if (b == 0) {
                throw EnvironmentBlock.containsZeroByte(name);
            }
        }
        var before = ("e" + name + "=").getBytes(UTF_8);
        var field = Arrays.copyOf(before, before.length + value.length);
        System.arraycopy(value, 0, field, before.length, value.length);
        fields.add(field);
    }

    @Override
    public void close() {
        fields.forEach(field -> Arrays.fill(field, (byte) 0));
    }
}
