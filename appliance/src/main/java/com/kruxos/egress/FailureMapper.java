package com.kruxos.egress;

import com.kruxos.transport.DeliveryFailure;
import com.kruxos.transport.DeliveryFailure.FailureKind;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Puts into words why a request broke. Texts of exceptions are not used: they may hold what the server said. */
public final class FailureMapper {
    private static final int MAX_CAUSES = 16;

    private FailureMapper() {}

    /** The server was reached, and nothing of the message. */
    static DeliveryFailure tlsFailed(String host) {
        return new DeliveryFailure(FailureKind.NOT_TAKEN, tlsHint(host));
    }

    /**
     * What is known of the message.
     *
     * @param arrived whether anything of the request may have reached the server
     */
    public static DeliveryFailure toFailure(@Nullable Throwable broke, String host, boolean arrived) {
        var name = broke == null ? "" : " (" + broke.getClass().getSimpleName() + ")";
        if (arrived) {
            return new DeliveryFailure(FailureKind.LOST, "the connection broke before the answer was complete" + name);
        }
        var cause = broke;
        for (var depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
            var why = describe(cause, host);
            if (why != null) {
                return new DeliveryFailure(FailureKind.NOT_TAKEN, why);
            }
        }
        return new DeliveryFailure(FailureKind.NOT_TAKEN, host + " cannot be reached" + name);
    }

    private static @Nullable String describe(Throwable cause, String host) {
        return switch (cause) {
            case AddressRefused refused -> refused.getMessage();
            case UnknownHostException _ -> "the name " + host + " cannot be resolved";
            case ConnectException _ -> "nothing answers at " + host + ": connection refused";
            case SocketTimeoutException _, TimeoutException _ -> host + " does not answer: connecting took too long";
            case SSLException _ -> tlsHint(host);
            default -> null;
        };
    }

    private static String tlsHint(String host) {
        return "TLS with " + host + " failed; check its certificate and name";
    }
}
