package com.kruxos.cli;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server on the admin socket of a home that answers every request with exactly the bytes it is told to. */
final class FakeHttpServer implements Closeable {
    private final ServerSocketChannel server;
    private final Function<String, String> responder;
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private FakeHttpServer(ServerSocketChannel server, Function<String, String> answers) {
        this.server = server;
        this.responder = answers;
    }

    /** @param answers from a request as it arrived to the whole answer, head and body */
    static FakeHttpServer on(Path home, Function<String, String> answers) {
        try {
            Files.createDirectories(home.resolve("run"));
            var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(home.resolve("run/admin.sock")));
            var fake = new FakeHttpServer(server, answers);
            Thread.ofPlatform().daemon().start(fake::serve);
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String jsonResponse(int status, String body) {
        return "HTTP/1.1 " + status + " Any\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    /** Every request so far, head and body. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve() {
        while (true) {
            try (var connection = server.accept()) {
                var request = read(connection);
                requests.add(request);
                var answer = ByteBuffer.wrap(responder.apply(request).getBytes(StandardCharsets.UTF_8));
                while (answer.hasRemaining()) {
                    connection.write(answer);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                // This one went away; the next may stay.
            }
        }
    }

    private static String read(SocketChannel connection) throws IOException {
        var request = new ByteArrayOutputStream();
        var piece = ByteBuffer.allocate(65536);
        while (!isComplete(request.toString(StandardCharsets.UTF_8))) {
            if (connection.read(piece.clear()) < 0) {
                break;
            }
            request.write(piece.array(), 0, piece.position());
        }
        return request.toString(StandardCharsets.UTF_8);
    }

    private static boolean isComplete(String request) {
        var end = request.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        var length = request.replaceAll("(?si).*content-length: ([0-9]+).*|.*", "$1");
        return length.isEmpty()
                || request.substring(end + 4).getBytes(StandardCharsets.UTF_8).length >= Integer.parseInt(length);
    }
}
