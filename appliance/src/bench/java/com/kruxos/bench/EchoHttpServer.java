package com.kruxos.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** The echo server over Streamable HTTP, on Jetty without a framework. It prints its port. */
public final class EchoHttpServer {
    private EchoHttpServer() {}

    public static void main(String[] arguments) throws Exception {
        var server = new Server();
        var connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new EchoHandler(new EchoResponses(1)));
        server.start();
        System.out.println(connector.getLocalPort());
        server.join();
    }

    private static final class EchoHandler extends Handler.Abstract {
        private final EchoResponses answers;

        EchoHandler(EchoResponses answers) {
            super(InvocationType.BLOCKING);
            this.answers = answers;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (!request.getMethod().equals("POST")) {
                response.setStatus(405);
                callback.succeeded();
                return true;
            }
            var answer = answers.respondTo(Content.Source.asString(request, StandardCharsets.ISO_8859_1));
            if (answer.isEmpty()) {
                response.setStatus(202);
                callback.succeeded();
                return true;
            }
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put("Mcp-Session-Id", "the-only-one");
            response.write(true, ByteBuffer.wrap(answer.getBytes(StandardCharsets.ISO_8859_1)), callback);
            return true;
        }
    }
}
