package com.kruxos.web.http;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A refusal as RFC 9457 writes it, with a hint what to do. Nothing in it ever quotes a credential or an exception.
 *
 * @param status the HTTP status
 * @param kind a short name that stays the same, such as {@code not-found}; the type is made of it
 * @param title the kind in words
 * @param detail what is wrong this time
 * @param hint what the person can do about it
 */
public record Problem(int status, String kind, String title, String detail, String hint) {
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final JsonFactory JSON_FACTORY = new JsonFactory();
    private static final String TYPE_PREFIX = "urn:kruxos:problem:";
    private static final String REFERENCE_PREFIX = "docs/wire/api.md#";

    public static Problem invalid(String detail, String hint) {
        return new Problem(400, "invalid", "The request is not valid", detail, hint);
    }

    /** One text for everyone whose credential does not count, whatever the reason. */
    public static Problem unauthenticated() {
        return new Problem(
                401,
                "unauthenticated",
                "No credential that counts",
                "the credential is missing or does not count here",
                "show a current one: Authorization: Bearer …");
    }

    public static Problem forbidden(String detail, String hint) {
        return new Problem(403, "forbidden", "Not allowed", detail, hint);
    }

    public static Problem notFound(String detail, String hint) {
        return new Problem(404, "not-found", "Not found", detail, hint);
    }

    public static Problem conflict(String detail, String hint) {
        return new Problem(409, "conflict", "Not in this state", detail, hint);
    }

    public static Problem tooLarge(long limit) {
        return new Problem(
                413, "too-large", "Too large", "the body is over the limit of " + limit + " bytes", "send less");
    }

    public static Problem wrongMediaType(String wanted) {
        return new Problem(
                415,
                "wrong-media-type",
                "Wrong media type",
                "the body is not declared as " + wanted,
                "send Content-Type: " + wanted);
    }

    public static Problem unavailable(String detail, String hint) {
        return new Problem(503, "unavailable", "Cannot be done now", detail, hint);
    }

    /** Something broke here. What it was is in our log, not in the answer. */
    public static Problem internalError() {
        return new Problem(
                500,
                "broken",
                "Something broke",
                "the request could not be finished because of a fault here",
                "look into the log of the appliance, and see kruxos status");
    }

    /** For what the HTTP machinery itself refuses, of which only the status is told. */
    public static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> notFound("there is nothing at this path", "see " + REFERENCE_PREFIX + "routes");
            // Java's servlets answer 501 to a method they have never heard of.
            case 405, 501 ->
                new Problem(
                        405,
                        "method-not-allowed",
                        "Method not allowed",
                        "this method is not used here",
                        "see " + REFERENCE_PREFIX + "routes");
            case 413 -> new Problem(413, "too-large", "Too large", "the request is too large", "send less");
            case 414, 431 ->
                new Problem(status, "too-large", "Too large", "the request line or a header is too long", "shorten it");
            case 505 ->
                new Problem(
                        505,
                        "bad-request",
                        "Not HTTP as we take it",
                        "that version of HTTP is not spoken here",
                        "use HTTP/1.1");
            case 503 -> unavailable("too much is going on", "try again in a moment");
            default ->
                status >= 500
                        ? internalError()
                        : new Problem(
                                status,
                                "bad-request",
                                "Not HTTP as we take it",
                                "the request could not be read",
                                "see " + REFERENCE_PREFIX + "requests");
        };
    }

    /** The body of the reply, in UTF-8. */
    public byte[] json() {
        return write("");
    }

    /** The same, naming what it is about in a member {@code id}. */
    public byte[] jsonWithId(String id) {
        return write(id);
    }

    private byte[] write(String id) {
        var text = new StringWriter();
        try (var json = JSON_FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject()
                    .writeStringProperty("type", TYPE_PREFIX + kind)
                    .writeStringProperty("title", title)
                    .writeNumberProperty("status", status)
                    .writeStringProperty("detail", detail)
                    .writeStringProperty("hint", hint)
                    .writeStringProperty("reference", REFERENCE_PREFIX + kind);
            if (!id.isEmpty()) {
                json.writeStringProperty("id", id);
            }
            json.writeEndObject();
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
