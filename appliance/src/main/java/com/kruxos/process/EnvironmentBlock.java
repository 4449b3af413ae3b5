package com.kruxos.process;

import com.kruxos.egress.CannotConnect;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Writes a child's environment. All checks are ours: the JDK would put a value it dislikes into the text of its
 * exception, and would replace what its encoding cannot say by question marks.
 */
final class EnvironmentBlock {
    /** How the JDK turns strings into what the system takes; set by the locale we were started in. */
    private static final Charset NATIVE_ENCODING = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private EnvironmentBlock() {}

    static void fill(Map<String, String> environment, ProcessSpec command, ChildMarker marker) {
        environment.clear();
        command.environment()
                .forEach((name, value) -> environment.put(requireValidName(name), requireEncodable(name, value)));
        command.secretEnvironment().forEach((name, value) -> {
            if (environment.put(requireValidName(name), decode(name, value.get())) != null) {
                throw duplicateName(name);
            }
        });
        environment.put(ChildMarker.VARIABLE, marker.value());
    }

    /** Arguments pass through the same encoding. */
    static void checkArguments(ProcessSpec command) {
        for (var argument : command.arguments()) {
            if (argument.indexOf('\0') >= 0) {
                throw new CannotConnect("an argument holds a zero byte", "write the command anew");
            }
            if (!NATIVE_ENCODING.newEncoder().canEncode(argument)) {
                throw new CannotConnect("an argument cannot be written in " + NATIVE_ENCODING, utf8Hint());
            }
        }
    }

    static String requireValidName(String name) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw new CannotConnect("a variable has a name the system cannot hold", "use letters, digits and _");
        }
        if (name.equals(ChildMarker.VARIABLE)) {
            throw new CannotConnect(name + " is ours", "use another name");
        }
        return name;
    }

    private static String requireEncodable(String name, String value) {
        if (value.indexOf('\0') >= 0) {
            throw containsZeroByte(name);
        }
        if (!NATIVE_ENCODING.newEncoder().canEncode(value)) {
            throw notEncodable(name);
        }
        return value;
    }

    private static String decode(String name, byte[] value) {
        for (var b : value) {
            if (b == 0) {
                throw containsZeroByte(name);
            }
        }
        try {
            // A decoder that reports: what it accepts, the JDK encodes back to the same bytes.
            return NATIVE_ENCODING.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException e) {
            throw notEncodable(name);
        }
    }

    static CannotConnect containsZeroByte(String name) {
        return new CannotConnect(
                "the value of " + name + " holds a zero byte", "a variable cannot hold one: store text");
    }

    static CannotConnect duplicateName(String name) {
        return new CannotConnect(name + " is given twice, plain and secret", "give it once");
    }

    private static CannotConnect notEncodable(String name) {
        return new CannotConnect("the value of " + name + " is not text in " + NATIVE_ENCODING, utf8Hint());
    }

    private static String utf8Hint() {
        return "use UTF-8, and run KruxOS in such a locale (LANG=C.UTF-8)";
    }
}
