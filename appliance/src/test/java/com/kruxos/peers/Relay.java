package com.kruxos.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What stands between agents and gateways: it passes bytes on, and cuts connections on which none came for a while. */
public final class Relay implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int to;
    private final long patience;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("relay").factory());

    public Relay(int to, Duration patience) throws IOException {
        this.to = to;
        this.patience = patience.toNanos();
        Thread.ofVirtual().start(this::accept);
        var _ = timer.scheduleWithFixedDelay(this::look, 100, 100, TimeUnit.MILLISECONDS);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Connections that were cut so far. */
    public int cuts() {
        return cuts.get();
    }

    private void accept() {
        try {
            while (true) {
                var pair = new Pair(server.accept(), new Socket(InetAddress.getLoopbackAddress(), to));
                pairs.add(pair);
                Thread.ofVirtual().start(() -> pair.pass(pair.near, pair.far));
                Thread.ofVirtual().start(() -> pair.pass(pair.far, pair.near));
            }
        } catch (IOException e) {
            // Closed, or nobody is behind us.
        }
    }

    private void look() {
        for (var pair : List.copyOf(pairs)) {
            if (System.nanoTime() - pair.moved > patience && pairs.remove(pair)) {
                cuts.incrementAndGet();
                pair.end();
            }
        }
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        server.close();
        pairs.forEach(Pair::end);
    }

    private final class Pair {
        private final Socket near;
        private final Socket far;
        private volatile long moved = System.nanoTime();

        Pair(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        void pass(Socket from, Socket into) {
            var buffer = new byte[16 << 10];
            try {
                for (var n = from.getInputStream().read(buffer);
                        n >= 0;
                        n = from.getInputStream().read(buffer)) {
                    moved = System.nanoTime();
                    into.getOutputStream().write(buffer, 0, n);
                }
            } catch (IOException e) {
                // Cut on one of its sides.
            }
            pairs.remove(this);
            end();
        }

        void end() {
            try (near;
                    far) {
                return;
            } catch (IOException e) {
                // It is closed all the same.
            }
        }
    }
}
