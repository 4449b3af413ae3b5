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

    /**
     * What is known of the message.
     *
     * @param left whether anything of the request may have gone out, into TLS at least
     * @param committed whether it has: then TLS was agreed on
     */
    static Failure failure(@Nullable Throwable broke, String host, boolean left, boolean committed) {
        var cause = broke;
        for (var depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            var why = known(cause, host);
            if (why != null && (!left || (cause instanceof SSLException && !committed))) {
                return new Failure(Kind.NOT_TAKEN, why);
            }
        }
        var name = broke == null ? "" : " (" + broke.getClass().getSimpleName() + ")";
        return left
                ? new Failure(Kind.LOST, "the connection broke before the answer was complete" + name)
                : new Failure(Kind.NOT_TAKEN, host + " cannot be reached" + name);
    }

    private static @Nullable String known(Throwable cause, String host) {
        return switch (cause) {
            case AddressRefused refused -> refused.getMessage();
            case UnknownHostException _ -> "the name " + host + " cannot be resolved";
            case ConnectException _ -> "nothing answers at " + host + ": connection refused";
            case SocketTimeoutException _, TimeoutException _ -> host + " does not answer: connecting took too long";
            case SSLException _ -> "TLS with " + host + " failed; check its certificate and name";
            default -> null;
        };
    }
}
