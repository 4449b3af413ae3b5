package com.kruxos.egress;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a request got no complete response.
 *
 * @param mayHaveArrived whether the server may have received any of the request; false means that repeating it is safe
 * @param reason one sentence for people. It contains no exception message, since that may quote the server.
 */
public record ExchangeFailure(boolean mayHaveArrived, String reason) {
    private static final int MAX_CAUSES = 16;

    static ExchangeFailure notSent(String reason) {
        return new ExchangeFailure(false, reason);
    }

    static ExchangeFailure tlsFailed(String host) {
        return notSent(tlsReason(host));
    }

    /** Describes an exception that ended the exchange. */
    public static ExchangeFailure of(@Nullable Throwable failure, String host, boolean mayHaveArrived) {
        var name = failure == null ? "" : " (" + failure.getClass().getSimpleName() + ")";
        if (mayHaveArrived) {
            return new ExchangeFailure(true, "the connection broke before the response was complete" + name);
        }
        var cause = failure;
        for (var depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
            var reason = describe(cause, host);
            if (reason != null) {
                return notSent(reason);
            }
        }
        return notSent(host + " could not be reached" + name);
    }

    private static @Nullable String describe(Throwable cause, String host) {
        return switch (cause) {
            case AddressRefused refused -> refused.getMessage();
            case UnknownHostException _ -> "the host name " + host + " could not be resolved";
            case ConnectException _ -> host + " refused the connection";
            case SocketTimeoutException _, TimeoutException _ -> "connecting to " + host + " timed out";
            case SSLException _ -> tlsReason(host);
            default -> null;
        };
    }

    private static String tlsReason(String host) {
        return "the TLS handshake with " + host + " failed; check the server's certificate and its host name";
    }
}
