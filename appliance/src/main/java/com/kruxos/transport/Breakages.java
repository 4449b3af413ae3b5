package com.kruxos.transport;

import com.kruxos.transport.Failure.Kind;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Puts into words why a request broke. Texts of exceptions are not used: they may hold what the server said. */
final class Breakages {
    private static final int DEEPEST = 16;

    private Breakages() {}

    /** The server was reached, and nothing of the message. */
    static Failure noTls(String host) {
        return new Failure(Kind.NOT_TAKEN, tls(host));
    }

    /**
     * What is known of the message.
     *
     * @param arrived whether anything of the request may have reached the server
     */
    static Failure failure(@Nullable Throwable broke, String host, boolean arrived) {
        var name = broke == null ? "" : " (" + broke.getClass().getSimpleName() + ")";
        if (arrived) {
            return new Failure(Kind.LOST, "the connection broke before the answer was complete" + name);
        }
        var cause = broke;
        for (var depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            var why = known(cause, host);
            if (why != null) {
                return new Failure(Kind.NOT_TAKEN, why);
            }
        }
        return new Failure(Kind.NOT_TAKEN, host + " cannot be reached" + name);
    }

    private static @Nullable String known(Throwable cause, String host) {
        return switch (cause) {
            case AddressRefused refused -> refused.getMessage();
            case UnknownHostException _ -> "the name " + host + " cannot be resolved";
            case ConnectException _ -> "nothing answers at " + host + ": connection refused";
            case SocketTimeoutException _, TimeoutException _ -> host + " does not answer: connecting took too long";
            case SSLException _ -> tls(host);
            default -> null;
        };
    }

    private static String tls(String host) {
        return "TLS with " + host + " failed; check its certificate and name";
    }
}
