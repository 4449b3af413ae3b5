package com.kruxos.web;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.server.Request;

/** Who the kernel says is at the other end of a Unix-domain socket. */
public final class UnixPeer {
    private UnixPeer() {}

    /** The peer's user; absent when the kernel does not say. */
    public static Optional<UserPrincipal> userOf(Request request) {
        var transport =
                request.getConnectionMetaData().getConnection().getEndPoint().getTransport();
        if (!(transport instanceof SocketChannel channel)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** The user with this number. Users are compared by number, whatever their names. */
    public static UserPrincipal userWithId(int number) {
        try {
            return FileSystems.getDefault()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(Integer.toString(number));
        } catch (IOException e) {
            throw new IllegalStateException("cannot look up the user " + number, e);
        }
    }
}
