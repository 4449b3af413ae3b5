package com.kruxos.server;

import com.kruxos.credential.Lent;
import com.kruxos.rpc.Capabilities;
import com.kruxos.rpc.Codec;
import com.kruxos.rpc.Errors;
import com.kruxos.rpc.Id;
import com.kruxos.rpc.Kind;
import com.kruxos.rpc.LogLevel;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.session.Back;
import com.kruxos.transport.Connection;
import com.kruxos.transport.Failure;
import com.kruxos.transport.Outgoing;
import com.kruxos.transport.Receiver;
import com.kruxos.vault.Scrubber;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One life of a server's process: the requests it has not answered, the credentials it was lent, and its way to the
 * scrubber. Safe for any thread.
 */
final class Instance implements Receiver {
    /** What an instance has to tell the supervision that started it. */
    interface Watcher {
        void listChanged(Instance instance, Kind kind);

        /** The notification is scrubbed. */
        void updated(Message.Notification news);

        void ended(Instance instance, String why);
    }

    /** For what is asked on the side. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Lent.Ready lent;
    private final Scrubber scrubber;
    private final Logbook log;
    private final Deadlines deadlines;
    private final Watcher watcher;
    private final @Nullable Client client;
    private final AtomicLong ids = new AtomicLong();
    private final Readings readings = new Readings();
    private final Map<Id, Exchange> exchanges = new ConcurrentHashMap<>();

    /** Guards {@link #leaving} against the registration of exchanges. */
    private final Object lock = new Object();

    private boolean leaving;
    private boolean released;
    private @Nullable String ended;
    private volatile @Nullable Connection connection;
    private volatile @Nullable Capabilities capabilities;
    private final AtomicReference<@Nullable LogLevel> logged = new AtomicReference<>();

    /** @param client whom it lives for; absent when it is shared */
    Instance(Lent.Ready lent, Logbook log, Deadlines deadlines, Watcher watcher, @Nullable Client client) {
        this.lent = lent;
        this.scrubber = Scrubber.of(lent.environment().values());
        this.log = log;
        this.deadlines = deadlines;
        this.watcher = watcher;
        this.client = client;
    }

    void connected(Connection made) {
        connection = made;
    }

    /** The server has introduced itself; tells it that we are ready. */
    void agreed(Capabilities found) {
        capabilities = found;
        var to = connection;
        if (to != null) {
            to.agreed(found.protocolVersion());
            to.deliver(Outgoing.of(Replies.notification("notifications/initialized", null)));
        }
    }

    /** Whether this severity is less than what it was told to log so far, which it then counts as told. */
    boolean lowers(LogLevel least) {
        var before = logged.getAndUpdate(told -> told == null || least.compareTo(told) < 0 ? least : told);
        return before == null || least.compareTo(before) < 0;
    }

    boolean offers(String capability) {
        var known = capabilities;
        return known != null && known.names().contains(capability);
    }

    Readings readings() {
        return readings;
    }

    Lent.Ready lent() {
        return lent;
    }

    Scrubber scrubber() {
        return scrubber;
    }

    /** A place for an answer; absent when this life takes no new requests. */
    @Nullable
    Exchange open(@Nullable News news) {
        return open(news, null);
    }

    /** The same, with a way on which the agent can be asked something meanwhile. */
    @Nullable
    Exchange open(@Nullable News news, @Nullable Back aside) {
        synchronized (lock) {
            if (leaving || ended != null) {
                return null;
            }
            var exchange = new Exchange(Id.of(ids.incrementAndGet()), deadlines, news, aside);
            exchanges.put(exchange.id(), exchange);
            return exchange;
        }
    }

    /** The exchange is over, whatever came of it. */
    void forget(Exchange exchange) {
        exchanges.remove(exchange.id());
        closeWhenEmpty();
        releaseWhenDone();
    }

    /** Hands bytes to the server; when it is gone the exchange ends as lost. */
    void send(Exchange exchange, Outgoing outgoing) {
        var to = connection;
        var sent = to == null ? Connection.Sent.CLOSED : to.send(outgoing);
        switch (sent) {
            case ACCEPTED -> {}
            case BUSY -> exchange.complete(new Exchange.End.Refused("its input is full: it does not read"));
            case CLOSED -> exchange.complete(new Exchange.End.Refused("its process is gone"));
        }
    }

    void tell(byte[] message) {
        var to = connection;
        if (to != null) {
            to.send(Outgoing.ahead(message));
        }
    }

    /** Asks something on our own account whose answer changes nothing; does not wait. */
    void ask(String method, String params) {
        ask(method, params, () -> {});
    }

    /** @param then run when it was answered, or will not be */
    void ask(String method, String params, Runnable then) {
        Thread.ofVirtual().name("aside").start(() -> {
            try {
                asked(method, params);
            } finally {
                then.run();
            }
        });
    }

    private void asked(String method, String params) {
        var exchange = open(null);
        if (exchange == null) {
            return;
        }
        try {
            send(exchange, exchange.carrying(Replies.request(exchange.id(), method, params)));
            exchange.await(PATIENCE, PATIENCE);
        } finally {
            forget(exchange);
        }
    }

    /** Takes no new requests; ends when the last one under way is answered. */
    void leave() {
        synchronized (lock) {
            leaving = true;
        }
        closeWhenEmpty();
    }

    /** Ends now, with everything the process started. Returns when it is gone. */
    void close() {
        synchronized (lock) {
            leaving = true;
        }
        var to = connection;
        if (to != null) {
            to.close();
        } else {
            ended("it was not started");
        }
    }

    private void closeWhenEmpty() {
        boolean close;
        synchronized (lock) {
            close = leaving && ended == null && exchanges.isEmpty();
        }
        if (close) {
            Thread.ofVirtual().name("recycle").start(this::close);
        }
    }

    @Override
    public void message(byte[] text, Message read) {
        switch (read) {
            case Message.Reply reply -> {
                var exchange = exchanges.get(reply.id());
                if (exchange != null) {
                    exchange.complete(new Exchange.End.Reply(reply));
                }
            }
            case Message.Request request -> asked(request);
            case Message.Notification notification -> heard(notification);
            case Message.Malformed malformed ->
                log.add("[kruxos] a message of the server was dropped: " + malformed.reason());
        }
    }

    /** A shared server has no one to ask: it was told so, because we declared no capabilities. */
    private void asked(Message.Request request) {
        var whom = client;
        if (request.method().equals("ping")) {
            tell(Replies.result(request.id(), "{}"));
        } else if (whom == null) {
            tell(Replies.error(request.id(), Errors.METHOD_NOT_FOUND, "not offered by this client", null));
        } else {
            // It is written down first, which the thread that hears the server must not wait for.
            var clean = scrubber.json(request.frame().bytes());
            var cause = cause().orElse(null);
            Thread.startVirtualThread(() -> whom.ask(this, clean, cause, aside(whom, cause), this::tell));
        }
    }

    /** The newest call under way most likely caused what the server asks. */
    private Optional<Exchange> cause() {
        return exchanges.values().stream()
                .filter(exchange -> exchange.aside() != null)
                .max(Comparator.comparingLong(
                        exchange -> Long.parseLong(exchange.id().text())));
    }

    /** The way of the call that caused it, else the session's own line. */
    private Back aside(Client whom) {
        return aside(whom, cause().orElse(null));
    }

    private static Back aside(Client whom, @Nullable Exchange cause) {
        var way = cause == null ? null : cause.aside();
        return way == null ? whom.line() : way;
    }

    private void heard(Message.Notification notification) {
        switch (notification.method()) {
            case "notifications/progress" -> {
                var token = notification.params().progressToken();
                var exchange = token == null ? null : exchanges.get(token);
                if (exchange != null) {
                    exchange.news(notification);
                }
            }
            case "notifications/message" -> logged(notification);
            case "notifications/cancelled" -> {
                var whom = client;
                if (whom != null) {
                    whom.cancelled(this, notification, aside(whom));
                }
            }
            case "notifications/elicitation/complete" -> {
                var whom = client;
                if (whom != null) {
                    whom.elicited(scrubber.json(notification.frame().bytes()), aside(whom));
                }
            }
            case "notifications/resources/updated" -> updated(notification);
            case "notifications/tools/list_changed" -> watcher.listChanged(this, Kind.TOOL);
            case "notifications/prompts/list_changed" -> watcher.listChanged(this, Kind.PROMPT);
            case "notifications/resources/list_changed" -> {
                watcher.listChanged(this, Kind.RESOURCE);
                watcher.listChanged(this, Kind.TEMPLATE);
            }
            default -> {
                // Whatever comes with later versions says nothing to today's agents.
            }
        }
    }

    /**
     * A log message names no request. It is passed on only where there can be no doubt whose call it is about; else it
     * might tell one agent of another's.
     */
    private void logged(Message.Notification notification) {
        var whom = client;
        if (whom != null) {
            whom.logged(scrubber.json(notification.frame().bytes()), notification, aside(whom));
        }
        var underWay = whom == null ? List.copyOf(exchanges.values()) : List.<Exchange>of();
        if (underWay.size() == 1) {
            underWay.getFirst().news(notification);
        }
        said("[log] " + new String(notification.frame().bytes(), StandardCharsets.UTF_8));
    }

    private void updated(Message.Notification notification) {
        var clean = scrubber.json(notification.frame().bytes());
        if (Codec.fromServer(clean) instanceof Message.Notification news) {
            watcher.updated(news);
        }
    }

    @Override
    public void dropped(@Nullable Id answered, String why) {
        said("[kruxos] " + why);
        var exchange = answered == null ? null : exchanges.get(answered);
        if (exchange != null) {
            exchange.complete(new Exchange.End.Failed(new Failure(Failure.Kind.LOST, why)));
        }
    }

    @Override
    public void noise(String line) {
        said(line);
    }

    @Override
    public void stderr(String line) {
        said(line);
    }

    /** Lines that come after the credentials were given back cannot be scrubbed any more, and are not kept. */
    private void said(String line) {
        synchronized (lock) {
            if (!released) {
                log.add(scrubber.text(line));
            }
        }
    }

    @Override
    public void ended(String why) {
        String reason;
        synchronized (lock) {
            if (ended != null) {
                return;
            }
            reason = scrubber.text(why);
            ended = reason;
        }
        exchanges.values().forEach(exchange -> exchange.complete(new Exchange.End.Lost(reason)));
        var whom = client;
        if (whom != null) {
            whom.abandon(this);
        }
        watcher.ended(this, reason);
        releaseWhenDone();
    }

    /** The credentials are wiped when the process is gone and the last of its answers has been scrubbed. */
    private void releaseWhenDone() {
        synchronized (lock) {
            if (ended == null || released || !exchanges.isEmpty()) {
                return;
            }
            released = true;
        }
        scrubber.close();
        lent.close();
    }
}
