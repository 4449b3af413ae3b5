package com.kruxos.web;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The outermost handler: adds the common headers of the {@link ErrorStyle} to every response. */
final class CommonHeadersHandler extends Handler.Wrapper {
    private final ErrorStyle errorStyle;

    CommonHeadersHandler(ErrorStyle errorStyle, Handler handler) {
        super(handler);
        this.errorStyle = errorStyle;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        errorStyle.addCommonHeaders(response.getHeaders());
        return super.handle(request, response, callback);
    }
}
