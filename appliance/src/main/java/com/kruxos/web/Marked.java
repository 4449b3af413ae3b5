package com.kruxos.web;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The outermost: whoever answers behind it, the answer carries what the door's {@link Face} puts on all of them. */
final class Marked extends Handler.Wrapper {
    private final Face face;

    Marked(Face face, Handler behind) {
        super(behind);
        this.face = face;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        face.mark(response.getHeaders());
        return super.handle(request, response, callback);
    }
}
