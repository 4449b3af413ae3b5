package com.kruxos.web.http;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An error response in the form of RFC 9457, with a hint. No text in it quotes a credential or an exception.
 *
 * @param status the HTTP status
 * @param kind a stable name such as {@code not-found}, the end of the {@code type} URI
 * @param title the kind in words
 * @param detail what is wrong with this request
 * @param hint what to do next
 */
public record Problem(int status, String kind, String title, String detail, String hint) {
    public static final String CONTENT_TYPE = "application/problem+json";

    /** The {@code WWW-Authenticate} header of each 401. */
    public static final String CHALLENGE = "Bearer realm=\"kruxos\"";

    private static final JsonFactory JSON_FACTORY = new JsonFactory();
    private static final String TYPE_PREFIX = "urn:kruxos:problem:";
    private static final String REFERENCE_PREFIX = "docs/wire/api.md#";

    public static Problem invalid(String detail, String hint) {
        return new Problem(400, "invalid", "Invalid request", detail, hint);
    }

    /** The same text for every invalid credential, so that the response does not tell why it is invalid. */
    public static Problem unauthenticated() {
        return new Problem(
                401,
                "unauthenticated",
                "Invalid or missing credential",
                "the credential is missing, or it is not valid here",
                "send a valid one: Authorization: Bearer …");
    }

    public static Problem forbidden(String detail, String hint) {
        return new Problem(403, "forbidden", "Forbidden", detail, hint);
    }

    public static Problem notFound(String detail, String hint) {
        return new Problem(404, "not-found", "Not found", detail, hint);
    }

    public static Problem methodNotAllowed(String hint) {
        return new Problem(
                405, "method-not-allowed", "Method not allowed", "this path does not support this method", hint);
    }

    public static Problem conflict(String detail, String hint) {
        return new Problem(409, "conflict", "Conflict with the current state", detail, hint);
    }

    public static Problem tooLarge(long limit) {
        return new Problem(
                413,
                "too-large",
                "Too large",
                "the body exceeds the limit of " + limit + " bytes",
                "send a smaller body");
    }

    public static Problem wrongMediaType(String required) {
        return new Problem(
                415,
                "wrong-media-type",
                "Unsupported media type",
                "the Content-Type of the body is not " + required,
                "send Content-Type: " + required);
    }

    public static Problem unavailable(String detail, String hint) {
        return new Problem(503, "unavailable", "Unavailable", detail, hint);
    }

    /** A fault of the appliance. The log has the cause; the response has not. */
    public static Problem internalError() {
        return new Problem(
                500,
                "broken",
                "Internal error",
                "the request failed because of an internal error",
                "see the log of the appliance and kruxos status");
    }

    /** For errors of which only the status is known, such as those that Jetty detects. */
    public static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> notFound("there is no resource at this path", seeRoutes());
            // Servlets respond with 501 to a method they do not know.
            case 405, 501 -> methodNotAllowed(seeRoutes());
            case 413 -> new Problem(413, "too-large", "Too large", "the request is too large", "send a smaller one");
            case 414, 431 ->
                new Problem(status, "too-large", "Too large", "the request line or a header is too long", "shorten it");
            case 503 -> unavailable("the appliance is overloaded", "try again in a moment");
            case 505 ->
                new Problem(
                        505,
                        "bad-request",
                        "Malformed HTTP request",
                        "this version of HTTP is not supported",
                        "use HTTP/1.1");
            default -> status >= 500 ? internalError() : malformed(status);
        };
    }

    private static Problem malformed(int status) {
        return new Problem(
                status,
                "bad-request",
                "Malformed HTTP request",
                "the request could not be parsed",
                "see " + REFERENCE_PREFIX + "requests");
    }

    private static String seeRoutes() {
        return "see " + REFERENCE_PREFIX + "routes";
    }

    /** The body of the response, in UTF-8. */
    public byte[] json() {
        return write("");
    }

    /** The same with a member {@code id} that names the resource concerned. */
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
