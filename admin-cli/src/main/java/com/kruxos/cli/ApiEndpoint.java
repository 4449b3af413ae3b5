package com.kruxos.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the API listens: the admin socket of a home, or a port of this machine. */
sealed interface ApiEndpoint {
    SocketAddress address();

    /** The value of the {@code Host} header. */
    String host();

    /** The name for messages. */
    String name();

    record AdminSocketEndpoint(Path path) implements ApiEndpoint {
        @Override
        public SocketAddress address() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public String host() {
            return "localhost";
        }

        @Override
        public String name() {
            return path.toString();
        }
    }

    record PortEndpoint(InetAddress inetAddress, String host, String name, int number) implements ApiEndpoint {
        @Override
        public SocketAddress address() {
            return new InetSocketAddress(inetAddress, number);
        }
    }

    /**
     * Parses {@code --url} or KRUXOS_URL. Only loopback addresses are accepted, because the API has no TLS and a token
     * may permit everything. Messages do not repeat the text, because people paste tokens into URLs.
     */
    static ApiEndpoint parse(String url) {
        var uri = parseUri(url);
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw invalidUrl(
                    "it is not an http URL", "the API has no TLS and accepts connections from this machine only");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw invalidUrl("it contains more than an address", "set the token in KRUXOS_USER_TOKEN");
        }
        if (uri.getRawPath() != null && !uri.getRawPath().matches("/?")) {
            throw invalidUrl("it has a path", "omit everything after the port");
        }
        var host = uri.getHost();
        var machine = host == null ? null : loopbackAddress(host.toLowerCase(Locale.ROOT));
        if (machine == null) {
            throw invalidUrl(
                    "it is not on this machine",
                    "forward the port with ssh -L 7703:127.0.0.1:7703 and use http://127.0.0.1:7703");
        }
        var port = uri.getPort() < 0 ? 80 : uri.getPort();
        return new PortEndpoint(machine, host + ":" + port, "http://" + host + ":" + port, port);
    }

    private static URI parseUri(String url) {
        try {
            return new URI(url.strip());
        } catch (URISyntaxException e) {
            throw invalidUrl("it is not a URL", "write it like http://127.0.0.1:7703");
        }
    }

    /** The address. Host names are not resolved, because a name may point to any machine. */
    private static @Nullable InetAddress loopbackAddress(String host) {
        if (host.equals("localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            var address = InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", ""));
            return address.isLoopbackAddress() ? address : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static CommandFailure invalidUrl(String why, String hint) {
        return CommandFailure.usage("invalid URL: " + why, hint);
    }
}
