package com.kruxos.web.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * A response that is not sent yet. Closing it wipes the body, which may contain a key or a secret. Not safe for several
 * threads.
 */
public final class WebResponse implements AutoCloseable {
    private final int status;
    private final ByteBuffer body;
    private final Runnable wipe;
    private final HttpFields.Mutable headers = HttpFields.build();
    private @Nullable ETag eTag;
    private Duration delay = Duration.ZERO;
    private String createdId = "";

    private WebResponse(int status, ByteBuffer body, Runnable wipe) {
        this.status = status;
        this.body = body;
        this.wipe = wipe;
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    }

    /** Takes the array over and wipes it on {@link #close}. */
    public static WebResponse of(int status, String contentType, byte[] body) {
        return of(status, contentType, ByteBuffer.wrap(body), () -> Arrays.fill(body, (byte) 0));
    }

    /** A response that runs {@code wipe} on {@link #close}. */
    public static WebResponse of(int status, String contentType, ByteBuffer body, Runnable wipe) {
        return new WebResponse(status, body, wipe).put(HttpHeader.CONTENT_TYPE, contentType);
    }

    public static WebResponse empty(int status) {
        return new WebResponse(status, ByteBuffer.allocate(0), () -> {});
    }

    /** Redirects to a path of this listener. */
    public static WebResponse seeOther(String location) {
        return empty(303).put(HttpHeader.LOCATION, location);
    }

    public static WebResponse problem(Problem problem) {
        return of(problem.status(), Problem.CONTENT_TYPE, problem.json());
    }

    /** Replaces a header. */
    public WebResponse put(HttpHeader name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Adds a header, such as a further {@code Set-Cookie}. */
    public WebResponse add(HttpHeader name, String value) {
        headers.add(name, value);
        return this;
    }

    public WebResponse addAll(HttpFields more) {
        more.forEach(headers::add);
        return this;
    }

    public WebResponse withETag(ETag tag) {
        eTag = tag;
        return put(HttpHeader.ETAG, tag.headerValue());
    }

    public @Nullable ETag eTag() {
        return eTag;
    }

    /** Delays the response by this time. */
    public WebResponse withDelay(Duration time) {
        delay = time;
        return this;
    }

    public Duration delay() {
        return delay;
    }

    /** Names the resource that the request created. */
    public WebResponse withCreatedId(String id) {
        createdId = id;
        return this;
    }

    /** Empty if the request created nothing. */
    public String createdId() {
        return createdId;
    }

    public int status() {
        return status;
    }

    public HttpFields headers() {
        return headers;
    }

    /** Sends the response and returns when the operating system has accepted it. */
    public void send(Response response) throws IOException {
        UnreadBody.discardAvailable(response);
        response.setStatus(status);
        headers.forEach(response.getHeaders()::add);
        Content.Sink.write(response, true, body);
    }

    @Override
    public void close() {
        wipe.run();
    }
}
