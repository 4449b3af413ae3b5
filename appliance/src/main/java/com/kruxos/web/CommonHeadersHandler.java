package com.kruxos.web;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The outermost: whoever answers behind it, the answer carries what the door's {@link ErrorStyle} puts on all of them.
 */
final class CommonHeadersHandler extends Handler.Wrapper {
    private final ErrorStyle errorStyle;

    CommonHeadersHandler(ErrorStyle face, Handler behind) {
        super(behind);
        this.errorStyle = face;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        errorStyle.addCommonHeaders(response.getHeaders());
        return super.handle(request, response, callback);
    }
}
