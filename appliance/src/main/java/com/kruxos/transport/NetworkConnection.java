package com.kruxos.transport;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import com.kruxos.transport.Failure.Kind;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A server of which only the URL is known. Whether it speaks Streamable HTTP or the older HTTP with events shows with
 * the first message: an old server does not take a POST there, so nothing was carried out, and the message goes the old
 * way if the server has one. What was found stays for the life of the connection.
 */
public final class NetworkConnection implements Connection {
    private final Network network;
    private final Remote remote;
    private final Receiver once;
    private final Allowance messages;
    private final HttpConnection modern;
    private volatile @Nullable SseConnection trying;
    private volatile @Nullable SseConnection old; // the one that was tried, when it is one

    private NetworkConnection(Network network, Remote remote, Receiver receiver, Allowance messages) {
        this.network = network;
        this.remote = remote;
        this.once = new Once(receiver);
        this.messages = messages;
        this.modern = new HttpConnection(network, remote, once, messages, this::tryOld);
    }

    /**
     * Connects by what the URL says, with the usual limit.
     *
     * @throws CannotStart when we do not connect to such a place
     */
    public static Connection start(Network network, Remote remote, Receiver receiver) {
        return start(network, remote, receiver, StdioConnection.MESSAGES);
    }

    /**
     * Connects by what the URL says. The first message given to it must be the first of the protocol, and have been
     * answered before the next one is sent.
     *
     * @param messages what those of the server may take
     * @throws CannotStart when we do not connect to such a place
     */
    public static Connection start(Network network, Remote remote, Receiver receiver, Allowance messages) {
        HttpConnection.check(network, remote);
        if (remote.socket()) {
            return SocketConnection.start(network, remote, receiver, messages);
        }
        return new NetworkConnection(network, remote, receiver, messages);
    }

    /** While an old server is tried the modern connection stays, so that a failure can be told as its own. */
    private boolean tryOld(int status, Outgoing first) {
        var opening = new Opening(status, first);
        var tried = new SseConnection(network, remote, once, messages, opening);
        opening.tried = tried;
        trying = tried;
        tried.open();
        if (!modern.alive()) {
            tried.close(); // closed meanwhile
        }
        return true;
    }

    private final class Opening implements SseConnection.Opened {
        private final int status;
        private final Outgoing first;
        private volatile @Nullable SseConnection tried;

        Opening(int status, Outgoing first) {
            this.status = status;
            this.first = first;
        }

        @Override
        public void found() {
            var found = tried;
            if (found != null) {
                old = found;
                var _ = found.sendClaimed(first);
            }
        }

        @Override
        public boolean failed(String why) {
            if (modern.alive()) {
                first.failed(new Failure(Kind.NOT_TAKEN, Rejection.of(status).why()));
            }
            return true;
        }
    }

    /** Two connections may end, and the receiver hears it once. */
    private static final class Once implements Receiver {
        private final Receiver receiver;
        private final AtomicBoolean ended = new AtomicBoolean();

        Once(Receiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public void message(byte[] text, Message read) {
            receiver.message(text, read);
        }

        @Override
        public void dropped(@Nullable Id answered, String why) {
            receiver.dropped(answered, why);
        }

        @Override
        public void noise(String line) {
            receiver.noise(line);
        }

        @Override
        public void stderr(String line) {
            receiver.stderr(line);
        }

        @Override
        public void ended(String why) {
            if (ended.compareAndSet(false, true)) {
                receiver.ended(why);
            }
        }
    }

    private Connection current() {
        var found = old;
        return found == null ? modern : found;
    }

    @Override
    public Sent send(Outgoing message) {
        return current().send(message);
    }

    @Override
    public Sent deliver(Outgoing message) {
        return current().deliver(message);
    }

    @Override
    public void agreed(String version) {
        current().agreed(version);
    }

    @Override
    public boolean alive() {
        return current().alive();
    }

    @Override
    public void close() {
        modern.close();
        var other = trying;
        if (other != null) {
            other.close();
        }
    }
}
