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
 * Rejects plain HTTP from other machines, before any other handler. The credential of such a request has already been
 * sent in the clear, but a client that does so never works.
 */
final class RequireTlsHandler extends Handler.Wrapper {
    RequireTlsHandler(Handler handler) {
        super(handler);
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
                        "connections from other machines require TLS; a key in this request was sent in the clear",
                        "use https:// or wss:// and trust the certificate that kruxos cert export prints; to allow plain"
                                + " HTTP, set gateway.plain: true in kruxos.yaml"));
        return true;
    }

    /** Whether the peer is this machine, on its loopback interface. */
    static boolean isLoopback(SocketAddress peer) {
        return peer instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
    }
}
