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

/** A TCP proxy that closes connections that are silent for a while. */
public final class TcpProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int targetPort;
    private final long idleNanos;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger closedCount = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("relay").factory());

    public TcpProxy(int to, Duration idleTimeout) throws IOException {
        this.targetPort = to;
        this.idleNanos = idleTimeout.toNanos();
        Thread.ofVirtual().start(this::accept);
        var _ = timer.scheduleWithFixedDelay(this::closeIdle, 100, 100, TimeUnit.MILLISECONDS);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Connections closed so far. */
    public int closedCount() {
        return closedCount.get();
    }

    private void accept() {
        try {
            while (true) {
                var pair = new ProxiedConnection(
                        server.accept(), new Socket(InetAddress.getLoopbackAddress(), targetPort));
                connections.add(pair);
                Thread.ofVirtual().start(() -> pair.copy(pair.client, pair.target));
                Thread.ofVirtual().start(() -> pair.copy(pair.target, pair.client));
            }
        } catch (IOException e) {
            // Closed, or the target does not listen.
        }
    }

    private void closeIdle() {
        for (var pair : List.copyOf(connections)) {
            if (System.nanoTime() - pair.lastActivityNanos > idleNanos && connections.remove(pair)) {
                closedCount.incrementAndGet();
                pair.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        server.close();
        connections.forEach(ProxiedConnection::close);
    }

    private final class ProxiedConnection {
        private final Socket client;
        private final Socket target;
        private volatile long lastActivityNanos = System.nanoTime();

        ProxiedConnection(Socket near, Socket far) {
            this.client = near;
            this.target = far;
        }

        void copy(Socket from, Socket into) {
            var buffer = new byte[16 << 10];
            try {
                for (var n = from.getInputStream().read(buffer);
                        n >= 0;
                        n = from.getInputStream().read(buffer)) {
                    lastActivityNanos = System.nanoTime();
                    into.getOutputStream().write(buffer, 0, n);
                }
            } catch (IOException e) {
                // Closed by one of the peers.
            }
            connections.remove(this);
            close();
        }

        void close() {
            try (client;
                    target) {
                return;
            } catch (IOException e) {
                // It is closed anyway.
            }
        }
    }
}
