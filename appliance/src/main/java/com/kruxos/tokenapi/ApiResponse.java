package com.kruxos.tokenapi;

import com.kruxos.identity.NewCredential;
import com.kruxos.json.Json;
import com.kruxos.result.Result;
import com.kruxos.web.http.ETag;
import com.kruxos.web.http.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What goes back. Its body is wiped when it was sent, because it may hold a key or a secret. */
final class ApiResponse implements AutoCloseable {
    static final String JSON_TYPE = "application/json";
    static final String OCTET_STREAM = "application/octet-stream";

    private final int status;
    private final String contentType;
    private final byte[] body;

    private Duration delay = Duration.ZERO;
    private @Nullable ETag eTag;
    private String createdId = "";

    private ApiResponse(int status, String contentType, byte[] body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    /** The same, sent after a while only. */
    ApiResponse delayedBy(Duration wait) {
        delay = wait;
        return this;
    }

    Duration delay() {
        return delay;
    }

    static ApiResponse json(int status, ObjectNode json) {
        return new ApiResponse(status, JSON_TYPE, Json.write(json).getBytes(StandardCharsets.UTF_8));
    }

    static ApiResponse ok(ObjectNode json) {
        return json(200, json);
    }

    /** One thing, with its tag. */
    static ApiResponse resource(ObjectNode json, Set<String> moving) {
        return ok(json).withETag(ETag.of(json, moving));
    }

    static ApiResponse notModified(ETag tag) {
        return new ApiResponse(304, "", new byte[0]).withETag(tag);
    }

    static ApiResponse content(String contentType, byte[] body) {
        return new ApiResponse(200, contentType, body);
    }

    /** Nothing is there: for whoever asks only for a tag. */
    static ApiResponse emptyNotFound() {
        return new ApiResponse(404, "", new byte[0]);
    }

    static ApiResponse alreadyCreated(Problem problem, String id) {
        return new ApiResponse(problem.status(), Problem.CONTENT_TYPE, problem.jsonWithId(id));
    }

    /** The same with a body of its own, so that each is wiped by itself. */
    ApiResponse copy() {
        var copy = new ApiResponse(status, contentType, body.clone());
        copy.eTag = eTag;
        return copy;
    }

    ApiResponse withETag(ETag shown) {
        eTag = shown;
        return this;
    }

    @Nullable
    ETag eTag() {
        return eTag;
    }

    /** Names what this request has made, for whoever asks with the same key again. */
    ApiResponse withCreatedId(String id) {
        createdId = id;
        return this;
    }

    /** Empty when nothing was made. */
    String createdId() {
        return createdId;
    }

    static ApiResponse octetStream(byte[] value) {
        return new ApiResponse(200, OCTET_STREAM, value.clone());
    }

    static ApiResponse problem(Problem problem) {
        return new ApiResponse(problem.status(), Problem.CONTENT_TYPE, problem.json());
    }

    /** {@code {"<what>": …, "<member>": "<the key>"}} */
    static ApiResponse withCredential(int status, String what, ObjectNode shown, String member, NewCredential key) {
        var around = JsonViews.newObject();
        around.set(what, shown);
        return withCredential(status, around, member, key);
    }

    /** What is shown with one more member, put together from bytes: the key is never a String here. */
    static ApiResponse withCredential(int status, ObjectNode shown, String member, NewCredential key) {
        var start = Json.write(shown);
        var head = (start.substring(0, start.length() - 1) + ",\"" + member + "\":\"").getBytes(StandardCharsets.UTF_8);
        var tail = "\"}".getBytes(StandardCharsets.UTF_8);
        // Hex and base64url need no escapes in JSON.
        var ascii = key.ascii();
        var body = Arrays.copyOf(head, head.length + ascii.length + tail.length);
        System.arraycopy(ascii, 0, body, head.length, ascii.length);
        System.arraycopy(tail, 0, body, head.length + ascii.length, tail.length);
        return new ApiResponse(status, JSON_TYPE, body);
    }

    /** The reply to an answer: {@code done} shows what was done, a refusal is the problem of its reason. */
    static <T> ApiResponse fromResult(Result<T> answer, Function<T, ApiResponse> done) {
        return switch (answer) {
            case Result.Done<T>(var value) -> done.apply(value);
            case Result.Refused<T>(var reason, var detail, var hint) ->
                problem(
                        switch (reason) {
                            case INVALID -> Problem.invalid(detail, hint);
                            case NOT_FOUND -> Problem.notFound(detail, hint);
                            case CONFLICT -> Problem.conflict(detail, hint);
                        });
        };
    }

    int status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    byte[] body() {
        return body;
    }

    @Override
    public void close() {
        Arrays.fill(body, (byte) 0);
    }
}
