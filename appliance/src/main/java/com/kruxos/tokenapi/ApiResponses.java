package com.kruxos.tokenapi;

import com.kruxos.identity.NewCredential;
import com.kruxos.json.Json;
import com.kruxos.result.Result;
import com.kruxos.web.http.ETag;
import com.kruxos.web.http.Problem;
import com.kruxos.web.http.WebResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Creates the responses of the API. */
final class ApiResponses {
    static final String JSON_TYPE = "application/json";
    static final String OCTET_STREAM = "application/octet-stream";

    private ApiResponses() {}

    static WebResponse json(int status, ObjectNode json) {
        return WebResponse.of(status, JSON_TYPE, Json.write(json).getBytes(StandardCharsets.UTF_8));
    }

    static WebResponse ok(ObjectNode json) {
        return json(200, json);
    }

    /** One resource with its ETag. */
    static WebResponse resource(ObjectNode json, Set<String> volatileMembers) {
        return ok(json).withETag(eTag(json, volatileMembers));
    }

    /** @param volatileMembers the members that change on their own, which {@code If-Match} ignores */
    static ETag eTag(ObjectNode json, Set<String> volatileMembers) {
        return ETag.of(Json.write(json.deepCopy().remove(volatileMembers)), Json.write(json));
    }

    /** Copies the value. */
    static WebResponse octetStream(byte[] value) {
        return WebResponse.of(200, OCTET_STREAM, value.clone());
    }

    /** {@code {"<name>": …, "<member>": "<the credential>"}} */
    static WebResponse withCredential(
            int status, String name, ObjectNode resource, String member, NewCredential credential) {
        var json = JsonViews.newObject();
        json.set(name, resource);
        return withCredential(status, json, member, credential);
    }

    /** Adds a member to the JSON as bytes: a credential is never a String here. */
    static WebResponse withCredential(int status, ObjectNode json, String member, NewCredential credential) {
        var text = Json.write(json);
        var head = (text.substring(0, text.length() - 1) + ",\"" + member + "\":\"").getBytes(StandardCharsets.UTF_8);
        var tail = "\"}".getBytes(StandardCharsets.UTF_8);
        // Credentials are hex or base64url, which need no escapes in JSON.
        var ascii = credential.ascii();
        var body = Arrays.copyOf(head, head.length + ascii.length + tail.length);
        System.arraycopy(ascii, 0, body, head.length, ascii.length);
        System.arraycopy(tail, 0, body, head.length + ascii.length, tail.length);
        return WebResponse.of(status, JSON_TYPE, body);
    }

    /** The response to a result: {@code done} creates that of a success, a refusal becomes a problem. */
    static <T> WebResponse fromResult(Result<T> result, Function<T, WebResponse> done) {
        return switch (result) {
            case Result.Done<T>(var value) -> done.apply(value);
            case Result.Refused<T>(var reason, var detail, var hint) ->
                WebResponse.problem(
                        switch (reason) {
                            case INVALID -> Problem.invalid(detail, hint);
                            case NOT_FOUND -> Problem.notFound(detail, hint);
                            case CONFLICT -> Problem.conflict(detail, hint);
                        });
        };
    }
}
