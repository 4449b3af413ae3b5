package com.kruxos.web;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.server.Request;

/** The peer of a Unix domain socket, as the kernel reports it ({@code SO_PEERCRED}). */
public final class UnixPeer {
    private UnixPeer() {}

    /** The user of the peer; empty if the kernel does not report it. */
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

    /** The user with this id. {@link UserPrincipal}s are equal if their ids are equal. */
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
