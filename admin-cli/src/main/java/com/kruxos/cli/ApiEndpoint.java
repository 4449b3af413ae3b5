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

/** Where an appliance's API is asked: the admin socket of a home, or a port of this machine. */
sealed interface ApiEndpoint {
    SocketAddress address();

    /** What goes into the {@code Host} header. */
    String host();

    /** How it is called in a sentence. */
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
     * Reads what {@code --url} or KRUXOS_URL says. Only this machine is taken: a token would travel in the clear to any
     * other, and may do everything. The text is not repeated, because people paste tokens into URLs.
     */
    static ApiEndpoint parse(String url) {
        var uri = parseUri(url);
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw invalidUrl("it is not an http URL", "the API has no TLS: it is for this machine only");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw invalidUrl("it holds more than an address", "the token belongs into KRUXOS_USER_TOKEN");
        }
        if (uri.getRawPath() != null && !uri.getRawPath().matches("/?")) {
            throw invalidUrl("it has a path", "leave out everything behind the port");
        }
        var host = uri.getHost();
        var machine = host == null ? null : loopbackAddress(host.toLowerCase(Locale.ROOT));
        if (machine == null) {
            throw invalidUrl(
                    "it is not on this machine", "take the port here with ssh -L 7703:127.0.0.1:7703 and name that");
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

    /** The address, never looked up: a name may stand for anything. */
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
        return CommandFailure.usage("that URL cannot be used: " + why, hint);
    }
}
