package com.kruxos.web;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sees to it that what is behind it runs on a virtual thread, where waiting costs nobody else anything. Jetty does so
 * by itself but for the first request of a connection on which it had to find out what is spoken.
 */
final class VirtualThreadHandler extends Handler.Wrapper {
    VirtualThreadHandler(Handler behind) {
        super(behind);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (Thread.currentThread().isVirtual()) {
            return super.handle(request, response, callback);
        }
        Thread.startVirtualThread(() -> {
            try {
                if (!super.handle(request, response, callback)) {
                    Response.writeError(request, response, callback, 404);
                }
            } catch (Throwable e) {
                Response.writeError(request, response, callback, e);
            }
        });
        return true;
    }
}
