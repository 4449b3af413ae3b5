package com.kruxos.tokenapi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP/1.1 client that sends exact bytes, so that no library corrects them. */
final class RawApiClient {
    private final SocketAddress server;
    private @Nullable ApiContract contract;

    RawApiClient(Path socket) {
        server = UnixDomainSocketAddress.of(socket);
    }

    /** For a loopback port. */
    RawApiClient(int port) {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Checks every response against the OpenAPI document. */
    RawApiClient checking(ApiContract promises) {
        contract = promises;
        return this;
    }

    /** A parsed response. */
    static final class RawApiResponse {
        final int status;
        final Map<String, String> headers;
        final byte[] body;

        RawApiResponse(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    RawApiResponse get(String path, String... headers) {
        return send("GET", path, new byte[0], headers);
    }

    RawApiResponse delete(String path, String... headers) {
        return send("DELETE", path, new byte[0], headers);
    }

    RawApiResponse post(String path, String json, String... headers) {
        var all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Type: application/json";
        return send("POST", path, json.getBytes(StandardCharsets.UTF_8), all);
    }

    RawApiResponse put(String path, byte[] value, String... headers) {
        var all = Arrays.copyOf(headers, headers.length + 1);
        all[headers.length] = "Content-Type: application/octet-stream";
        return send("PUT", path, value, all);
    }

    RawApiResponse send(String method, String path, byte[] body, String... headers) {
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (var header : headers) {
            head.append(header).append("\r\n");
        }
        if (body.length > 0 || method.equals("POST") || method.equals("PUT")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        var start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        var all = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        var answer = sendRaw(all);
        if (contract != null) {
            contract.check(method, path, answer);
        }
        return answer;
    }

    /** Sends exactly these bytes and reads until the connection is closed. */
    RawApiResponse sendRaw(byte[] bytes) {
        try (var channel = SocketChannel.open(server)) {
            try {
                for (var left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
                    channel.write(left);
                }
            } catch (IOException e) {
                // The server has responded before it read everything; only the response matters.
            }
            return parse(readAll(channel));
        } catch (IOException e) {
            throw new AssertionError("cannot reach " + server, e);
        }
    }

    private static byte[] readAll(SocketChannel channel) {
        var all = new ByteArrayOutputStream();
        var buffer = ByteBuffer.allocate(64 * 1024);
        try {
            while (channel.read(buffer) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        } catch (IOException e) {
            // The connection was reset after the response.
        }
        return all.toByteArray();
    }

    private static RawApiResponse parse(byte[] all) {
        var text = new String(all, StandardCharsets.ISO_8859_1);
        var end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("no answer, but " + all.length + " bytes");
        }
        var lines = text.substring(0, end).split("\r\n", -1);
        var headers = new TreeMap<String, String>();
        for (var i = 1; i < lines.length; i++) {
            var colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        var body = Arrays.copyOfRange(all, end + 4, all.length);
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            throw new AssertionError("this client wants lengths");
        }
        return new RawApiResponse(Integer.parseInt(lines[0].split(" ", 3)[1]), headers, body);
    }
}
