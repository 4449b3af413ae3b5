package com.kruxos.cli.shim;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.net.ssl.SSLSocket;

/**
 * Opens WebSockets to the gateway (RFC 6455), over a plain socket: the JDK's client costs 200 ms of a start more, and
 * hands text over as characters where we keep bytes.
 */
public final class GatewayConnector {
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int MAX_HEAD_BYTES = 16 << 10;

    /** The most bytes in one message where the gateway does not say. */
    private static final int DEFAULT_MAX_MESSAGE_BYTES = 8 << 20;

    private static final int CONNECT_MILLIS = 10_000;

    /** The gateway pings every 30 s; who is silent that long is gone. */
    private static final int SILENCE_MILLIS = 100_000;

    /** Where it listens; asked anew for each connection, for a restarted appliance may listen elsewhere. */
    public interface AddressSource {
        /** As {@code http://host:port} or https. */
        URI resolve() throws IOException;
    }

    private final AddressSource address;
    private final TrustedCertificates trust;
    private final SecureRandom random = new SecureRandom();

    /**
     * Connects to nobody yet.
     *
     * @param trust asked when the address is https
     */
    public GatewayConnector(AddressSource where, TrustedCertificates trust) {
        this.address = where;
        this.trust = trust;
    }

    /** Gets the credential when there is somebody to show it to. */
    interface CredentialSource {
        AgentCredential credential() throws IOException;
    }

    /** @throws HandshakeRejected when it answers, and not with a connection */
    GatewayConnection open(CredentialSource credential) throws IOException {
        var address = this.address.resolve();
        var socket = connectTcp(address);
        try (var key = credential.credential()) {
            var nonce = new byte[16];
            random.nextBytes(nonce);
            var accept = Base64.getEncoder().encodeToString(nonce);
            sendUpgradeRequest(address, socket, accept, key);
            var in = new UnlockedBufferedInput(socket.getInputStream());
            var longest = readUpgradeResponse(in, accept);
            socket.setSoTimeout(SILENCE_MILLIS);
            return new GatewayConnection(socket, in, random, longest);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private Socket connectTcp(URI address) throws IOException {
        var secure = "https".equals(address.getScheme());
        var host = address.getHost().replaceAll("[\\[\\]]", "");
        var port = address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80;
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(CONNECT_MILLIS);
            return secure ? startTls(socket, host, port) : socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Socket startTls(Socket plain, String host, int port) throws IOException {
        var socket = (SSLSocket) trust.socketFactory().createSocket(plain, host, port, true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static void sendUpgradeRequest(URI address, Socket socket, String accept, AgentCredential key)
            throws IOException {
        var start = "GET /mcp HTTP/1.1\r\nHost: " + address.getRawAuthority()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + accept + "\r\nSec-WebSocket-Protocol: mcp\r\nAuthorization: Bearer ";
        var head = start.getBytes(StandardCharsets.US_ASCII);
        var whole = Arrays.copyOf(head, head.length + key.bytes().length + 4);
        System.arraycopy(key.bytes(), 0, whole, head.length, key.bytes().length);
        System.arraycopy("\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 0, whole, whole.length - 4, 4);
        try {
            socket.getOutputStream().write(whole);
        } finally {
            Arrays.fill(whole, (byte) 0);
        }
    }

    /** The most bytes it takes in one message. */
    private static int readUpgradeResponse(InputStream in, String accept) throws IOException {
        var left = new int[] {MAX_HEAD_BYTES};
        var status = readLine(in, left);
        if (!status.matches("HTTP/1\\.1 [1-5][0-9][0-9]( .*)?")) {
            throw new HandshakeRejected(502);
        }
        var accepted = false;
        var longest = DEFAULT_MAX_MESSAGE_BYTES;
        for (var line = readLine(in, left); !line.isEmpty(); line = readLine(in, left)) {
            var value = line.substring(line.indexOf(':') + 1).strip();
            switch (line.substring(0, line.length() - value.length()).strip().toLowerCase(Locale.ROOT)) {
                case "sec-websocket-accept:" -> accepted |= value.equals(acceptValue(accept));
                case "kruxos-max-message:" ->
                    longest = value.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(value) : longest;
                default -> {
                    // Of no concern to us.
                }
            }
        }
        var code = Integer.parseInt(status.substring(9, 12));
        if (code != 101) {
            throw new HandshakeRejected(code);
        }
        if (!accepted) {
            throw new HandshakeRejected(502);
        }
        return longest;
    }

    private static String readLine(InputStream in, int[] left) throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the gateway closed without an answer");
            }
            if (left[0]-- <= 0) {
                throw new IOException("the gateway's answer is too long");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static String acceptValue(String accept) {
        try {
            // Not for security: the protocol wants it, so that no other kind of server is mistaken for one.
            var sha = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(sha.digest((accept + ACCEPT_SALT).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Unlike the JDK's, without a lock. One thread. */
    static final class UnlockedBufferedInput extends InputStream {
        private final InputStream in;
        private final byte[] room = new byte[32 << 10];
        private int start;
        private int end;

        UnlockedBufferedInput(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            return fill() ? room[start++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (start == end && length >= room.length) {
                return in.read(bytes, offset, length);
            }
            if (!fill()) {
                return -1;
            }
            var count = Math.min(length, end - start);
            System.arraycopy(room, start, bytes, offset, count);
            start += count;
            return count;
        }

        private boolean fill() throws IOException {
            if (start == end) {
                start = 0;
                end = Math.max(0, in.read(room));
            }
            return start < end;
        }
    }
}
