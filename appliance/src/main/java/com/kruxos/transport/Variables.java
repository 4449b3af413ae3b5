package com.kruxos.transport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Writes a child's environment. All checks are ours: the JDK would put a value it dislikes into the text of its
 * exception, and would replace what its encoding cannot say by question marks.
 */
final class Variables {
    /** How the JDK turns strings into what the system takes; set by the locale we were started in. */
    private static final Charset NATIVE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private Variables() {}

    static void fill(Map<String, String> environment, Command command, Marker marker) {
        environment.clear();
        command.environment().forEach((name, value) -> environment.put(checkedName(name), checkedText(name, value)));
        command.secrets().forEach((name, value) -> {
            if (environment.put(checkedName(name), text(name, value.get())) != null) {
                throw twice(name);
            }
        });
        environment.put(Marker.VARIABLE, marker.value());
    }

    /** Arguments pass through the same encoding. */
    static void checkArguments(Command command) {
        for (var argument : command.arguments()) {
            if (argument.indexOf('\0') >= 0) {
                throw new CannotStart("an argument holds a zero byte", "write the command anew");
            }
            if (!NATIVE.newEncoder().canEncode(argument)) {
                throw new CannotStart("an argument cannot be written in " + NATIVE, utf8());
            }
        }
    }

    static String checkedName(String name) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw new CannotStart("a variable has a name the system cannot hold", "use letters, digits and _");
        }
        if (name.equals(Marker.VARIABLE)) {
            throw new CannotStart(name + " is ours", "use another name");
        }
        return name;
    }

    private static String checkedText(String name, String value) {
        if (value.indexOf('\0') >= 0) {
            throw zero(name);
        }
        if (!NATIVE.newEncoder().canEncode(value)) {
            throw unwritable(name);
        }
        return value;
    }

    private static String text(String name, byte[] value) {
        for (var b : value) {
            if (b == 0) {
                throw zero(name);
            }
        }
        try {
            // A decoder that reports: what it accepts, the JDK encodes back to the same bytes.
            return NATIVE.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException e) {
            throw unwritable(name);
        }
    }

    static CannotStart zero(String name) {
        return new CannotStart("the value of " + name + " holds a zero byte", "a variable cannot hold one: store text");
    }

    static CannotStart twice(String name) {
        return new CannotStart(name + " is given twice, plain and secret", "give it once");
    }

    private static CannotStart unwritable(String name) {
        return new CannotStart("the value of " + name + " is not text in " + NATIVE, utf8());
    }

    private static String utf8() {
        return "use UTF-8, and run KruxOS in such a locale (LANG=C.UTF-8)";
    }
}
