package com.kruxos.web.http;

import java.io.IOException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cycle of one request: process it, turn an exception into an error response, send the response, wipe it.
 * Subclasses choose the thread.
 */
public abstract class EndpointHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(EndpointHandler.class);

    /**
     * Handles one request.
     *
     * @throws ProblemException to end the request with an error response
     */
    protected abstract WebResponse process(Request request);

    /** The response to an error; every exception of {@link #process} arrives here. */
    protected WebResponse errorResponse(Request request, ProblemException error) {
        return WebResponse.problem(error.problem()).addAll(error.headers());
    }

    /**
     * What the client is told of an exception that is no {@link ProblemException}. Exceptions may contain secrets, so
     * none is quoted.
     */
    protected Problem problemOf(Request request, RuntimeException failure) {
        LOG.error("{} {} failed", request.getMethod(), RequestParts.path(request), failure);
        return Problem.internalError();
    }

    /** Processes the request, never with an exception. */
    protected final WebResponse respond(Request request) {
        try {
            return process(request);
        } catch (RuntimeException e) {
            return errorResponse(request, toProblem(request, e));
        }
    }

    private ProblemException toProblem(Request request, RuntimeException failure) {
        return failure instanceof ProblemException problem
                ? problem
                : new ProblemException(problemOf(request, failure));
    }

    /** Sends and wipes the response, and completes the callback. */
    protected static void send(WebResponse webResponse, Response response, Callback callback) {
        try (webResponse) {
            webResponse.send(response);
            callback.succeeded();
        } catch (IOException | RuntimeException | Error e) {
            // The client has disconnected, or has received half a response: only closing the connection is left.
            LOG.debug("a response could not be sent", e);
            callback.failed(e);
        }
    }
}
