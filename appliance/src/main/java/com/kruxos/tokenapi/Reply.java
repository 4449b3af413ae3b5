package com.kruxos.tokenapi;

import com.kruxos.identity.NewCredential;
import com.kruxos.json.Json;
import com.kruxos.result.Result;
import com.kruxos.web.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What goes back. Its body is wiped when it was sent, because it may hold a key or a secret. */
final class Reply implements AutoCloseable {
    static final String JSON = "application/json";
    static final String OCTETS = "application/octet-stream";

    private final int status;
    private final String contentType;
    private final byte[] body;

    private Duration heldBack = Duration.ZERO;
    private @Nullable Tag tag;
    private String made = "";

    private Reply(int status, String contentType, byte[] body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    /** The same, sent after a while only. */
    Reply heldBack(Duration wait) {
        heldBack = wait;
        return this;
    }

    Duration heldBack() {
        return heldBack;
    }

    static Reply json(int status, ObjectNode json) {
        return new Reply(status, JSON, Json.text(json).getBytes(StandardCharsets.UTF_8));
    }

    static Reply ok(ObjectNode json) {
        return json(200, json);
    }

    /** One thing, with its tag. */
    static Reply single(ObjectNode json, Set<String> moving) {
        return ok(json).tagged(Tag.of(json, moving));
    }

    static Reply notModified(Tag tag) {
        return new Reply(304, "", new byte[0]).tagged(tag);
    }

    static Reply text(String contentType, byte[] body) {
        return new Reply(200, contentType, body);
    }

    /** Nothing is there: for whoever asks only for a tag. */
    static Reply absent() {
        return new Reply(404, "", new byte[0]);
    }

    static Reply replayed(Problem problem, String id) {
        return new Reply(problem.status(), Problem.CONTENT_TYPE, problem.json(id));
    }

    /** The same with a body of its own, so that each is wiped by itself. */
    Reply copy() {
        var copy = new Reply(status, contentType, body.clone());
        copy.tag = tag;
        return copy;
    }

    Reply tagged(Tag shown) {
        tag = shown;
        return this;
    }

    @Nullable
    Tag tag() {
        return tag;
    }

    /** Names what this request has made, for whoever asks with the same key again. */
    Reply made(String id) {
        made = id;
        return this;
    }

    /** Empty when nothing was made. */
    String made() {
        return made;
    }

    static Reply octets(byte[] value) {
        return new Reply(200, OCTETS, value.clone());
    }

    static Reply problem(Problem problem) {
        return new Reply(problem.status(), Problem.CONTENT_TYPE, problem.json());
    }

    /** {@code {"<what>": …, "<member>": "<the key>"}} */
    static Reply withKey(int status, String what, ObjectNode shown, String member, NewCredential key) {
        var around = Views.object();
        around.set(what, shown);
        return withKey(status, around, member, key);
    }

    /** What is shown with one more member, put together from bytes: the key is never a String here. */
    static Reply withKey(int status, ObjectNode shown, String member, NewCredential key) {
        var start = Json.text(shown);
        var head = (start.substring(0, start.length() - 1) + ",\"" + member + "\":\"").getBytes(StandardCharsets.UTF_8);
        var tail = "\"}".getBytes(StandardCharsets.UTF_8);
        // Hex and base64url need no escapes in JSON.
        var ascii = key.ascii();
        var body = Arrays.copyOf(head, head.length + ascii.length + tail.length);
        System.arraycopy(ascii, 0, body, head.length, ascii.length);
        System.arraycopy(tail, 0, body, head.length + ascii.length, tail.length);
        return new Reply(status, JSON, body);
    }

    /** The reply to an answer: {@code done} shows what was done, a refusal is the problem of its reason. */
    static <T> Reply of(Result<T> answer, Function<T, Reply> done) {
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
