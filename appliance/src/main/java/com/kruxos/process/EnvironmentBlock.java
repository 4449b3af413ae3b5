package com.kruxos.process;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Checks and fills a child's environment. The checks are our own because the JDK quotes a bad value in its exception,
 * and replaces characters that its encoding cannot represent by question marks.
 */
final class EnvironmentBlock {
    /** The encoding that the JDK uses for arguments and variables; set by the locale at start-up. */
    private static final Charset NATIVE_ENCODING = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private EnvironmentBlock() {}

    static void fill(Map<String, String> environment, ProcessSpec spec, ChildMarker marker) {
        environment.clear();
        spec.environment()
                .forEach((name, value) -> environment.put(requireValidName(name), requireEncodable(name, value)));
        spec.secretEnvironment().forEach((name, value) -> {
            if (environment.put(requireValidName(name), decode(name, value.get())) != null) {
                throw duplicateName(name);
            }
        });
        environment.put(ChildMarker.VARIABLE, marker.value());
    }

    /** Arguments use the same encoding. */
    static void checkArguments(ProcessSpec spec) {
        for (var argument : spec.arguments()) {
            if (argument.indexOf('\0') >= 0) {
                throw new CannotStart("an argument contains a zero byte", "correct the command");
            }
            if (!NATIVE_ENCODING.newEncoder().canEncode(argument)) {
                throw new CannotStart("an argument cannot be encoded in " + NATIVE_ENCODING, utf8Hint());
            }
        }
    }

    static String requireValidName(String name) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            throw new CannotStart("a variable has an invalid name", "use letters, digits and _");
        }
        if (name.equals(ChildMarker.VARIABLE)) {
            throw new CannotStart("the variable " + name + " is reserved for KruxOS", "use another name");
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
            // The decoder reports errors; the JDK encodes what it accepts back to the same bytes.
            return NATIVE_ENCODING.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException e) {
            throw notEncodable(name);
        }
    }

    static CannotStart containsZeroByte(String name) {
        return new CannotStart(
                "the value of " + name + " contains a zero byte", "store text: a variable cannot hold a zero byte");
    }

    static CannotStart duplicateName(String name) {
        return new CannotStart(name + " is set twice, as a plain variable and as a secret", "set it once");
    }

    private static CannotStart notEncodable(String name) {
        return new CannotStart("the value of " + name + " is not text in " + NATIVE_ENCODING, utf8Hint());
    }

    private static String utf8Hint() {
        return "use UTF-8, and run KruxOS in a UTF-8 locale (LANG=C.UTF-8)";
    }
}
