package com.kruxos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.web.ProblemErrorHandler;
import com.kruxos.web.UnixSocketListener;
import com.kruxos.web.http.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code OriginCheck} alone, without {@code HostFilter}, which refuses some of these requests before. */
class OriginCheckTest {
    private static final Handler CHECKING_HANDLER = new Handler.Abstract() {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            try {
                OriginCheck.requireSameOrigin(request);
                response.setStatus(204);
                callback.succeeded();
            } catch (ProblemException e) {
                ProblemErrorHandler.write(response, callback, e.problem());
            }
            return true;
        }
    };

    @TempDir
    Path folder;

    private UnixSocketListener server;

    @BeforeEach
    void open() {
        server = UnixSocketListener.open(folder.resolve("socket"), CHECKING_HANDLER);
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** Each case fails without its part of the condition in {@code OriginCheck.requireSameOrigin}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // Host, Origin, Sec-Fetch-Site
                "box.example:7800 | - | - | 204",
                "box.example:7800 | - | same-origin | 204",
                "box.example:7800 | - | same-site | 403",
                "box.example:7800 | - | cross-site | 403",
                "box.example:7800 | - | none | 403",
                "box.example:7800 | - | Same-Origin | 403",
                "box.example:7800 | https://box.example:7800 | - | 204",
                "BOX.example:7800 | https://box.example:7800 | same-origin | 204",
                "box.example:7800 | https://box.example:7800 | cross-site | 403",
                "box.example:7800 | http://box.example:7800 | - | 403",
                "box.example:7800 | https://box.example | - | 403",
                "box.example:7800 | https://box.example:7801 | same-origin | 403",
                "box.example:7800 | https://evil.example:7800 | - | 403",
                "box.example:7800 | https://evil.example:7800 | same-origin | 403",
                "box.example:7800 | https://box.example:7800.evil.example | - | 403",
                "box.example:7800 | null | same-origin | 204",
                "box.example:7800 | null | - | 403",
                "box.example:7800 | null | same-site | 403",
                "box.example:7800 | NULL | same-origin | 403",
                "[::1]:7800 | https://[::1]:7800 | - | 204",
                "box.example | https://box.example | - | 204"
            })
    void formsAreAcceptedFromTheSameOriginOnly(String host, @Nullable String origin, @Nullable String site, int status)
            throws IOException {
        var head = "POST /agents HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\nHost: " + host + "\r\n"
                + (origin == null ? "" : "Origin: " + origin + "\r\n")
                + (site == null ? "" : "Sec-Fetch-Site: " + site + "\r\n");
        assertThat(statusOf(head + "\r\n")).startsWith("HTTP/1.1 " + status + " ");
    }

    private String statusOf(String request) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("socket")))) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            var answer = new ByteArrayOutputStream();
            var buffer = ByteBuffer.allocate(4_096);
            while (channel.read(buffer.clear()) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }
}
