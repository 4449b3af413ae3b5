package com.kruxos.web;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Sends whoever comes without TLS on to the same place with it. Behind {@link HostFilter}, which knows the name. */
final class HttpsRedirectHandler extends Handler.Wrapper {
    HttpsRedirectHandler(Handler behind) {
        super(behind);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.isSecure()) {
            return super.handle(request, response, callback);
        }
        var asked = request.getHttpURI();
        var target = "https://" + asked.getAuthority() + asked.getPathQuery();
        response.setStatus(HttpStatus.PERMANENT_REDIRECT_308);
        response.getHeaders().put(HttpHeader.LOCATION, target);
        // Browsers would keep it for good, and the port may be another appliance's tomorrow.
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(true, ByteBuffer.allocate(0), callback);
        return true;
    }
}
