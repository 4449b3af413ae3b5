package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * What a unit is told to run: see {@code docs/wire/child.md}. Secrets are in it as the bytes they were lent as, never
 * as a {@code String}; {@link #close} wipes them.
 */
final class ChildHeader implements AutoCloseable {
    /** What the program at the other end takes. */
    private static final int LONGEST = 8 << 20;

    private final List<byte[]> fields = new ArrayList<>();

    /** @param made folders to be made first, for the child alone */
    ChildHeader(Command command, List<Path> made) {
        try {
            add('d', command.folder().toString());
            made.forEach(folder -> add('m', folder.toString()));
            command.arguments().forEach(argument -> add('a', argument));
            var names = new HashSet<String>();
            command.environment().forEach((name, value) -> {
                names.add(Variables.checkedName(name));
                add('e', name + "=" + value);
            });
            command.secrets().forEach((name, value) -> {
                if (!names.add(Variables.checkedName(name))) {
                    throw Variables.twice(name);
                }
                secret(name, value.get());
            });
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** All of it, for the caller to wipe. */
    byte[] bytes() {
        var length = fields.stream().mapToInt(field -> field.length + 1).sum();
        if (length > LONGEST) {
            throw new CannotStart("arguments and variables are longer than " + LONGEST + " bytes", "give it less");
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

    private void add(char kind, String value) {
        if (value.indexOf('\0') >= 0) {
            throw kind == 'e'
                    ? Variables.zero(value.substring(0, value.indexOf('=')))
                    : new CannotStart("an argument or folder holds a zero byte", "write the command anew");
        }
        fields.add((kind + value).getBytes(UTF_8));
    }

    private void secret(String name, byte[] value) {
        for (var b : value) {
            if (b == 0) {
                throw Variables.zero(name);
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
