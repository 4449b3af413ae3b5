package com.kruxos.web;

import com.kruxos.web.http.Problem;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses what comes from another machine without TLS, before anything else looks at it. What was sent cannot be taken
 * back; but nobody gets used to it.
 */
final class RequireTlsHandler extends Handler.Wrapper {
    RequireTlsHandler(Handler behind) {
        super(behind);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.isSecure() || isLoopback(request.getConnectionMetaData().getRemoteSocketAddress())) {
            return super.handle(request, response, callback);
        }
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        ProblemErrorHandler.write(
                response,
                callback,
                Problem.forbidden(
                        "another machine has to connect with TLS; a key that was sent has travelled in the clear",
                        "use https:// or wss:// and trust the certificate that kruxos cert export prints; to allow this,"
                                + " set gateway.plain: true in kruxos.yaml"));
        return true;
    }

    /** Of this machine itself, over its loopback address. */
    static boolean isLoopback(SocketAddress peer) {
        return peer instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
    }
}
