package com.kruxos.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

/** A socket whose reads and writes end at a deadline or when the thread is interrupted. */
final class DeadlineSocket extends InputStream {
    private final SocketChannel channel;
    private final Selector selector;
    private final long deadline;
    private final byte[] bufferBytes = new byte[8192];
    private final ByteBuffer buffer = ByteBuffer.wrap(bufferBytes).flip();

    private DeadlineSocket(SocketChannel channel, Selector selector, Duration atMost) {
        this.channel = channel;
        this.selector = selector;
        this.deadline = System.nanoTime() + atMost.toNanos();
    }

    static DeadlineSocket open(SocketAddress address, Duration atMost) throws IOException {
        // Unix sockets and loopback addresses connect at once, so connecting needs no deadline.
        var channel = SocketChannel.open(address);
        channel.configureBlocking(false);
        var selector = Selector.open();
        channel.register(selector, SelectionKey.OP_READ);
        return new DeadlineSocket(channel, selector, atMost);
    }

    void write(byte[] bytes) throws IOException {
        var out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            if (channel.write(out) == 0) {
                awaitReady(SelectionKey.OP_WRITE);
            }
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (!fill()) {
            return -1;
        }
        var count = Math.min(length, buffer.remaining());
        buffer.get(bytes, offset, count);
        return count;
    }

    @Override
    public void close() throws IOException {
        Arrays.fill(bufferBytes, (byte) 0);
        selector.close();
        channel.close();
    }

    private boolean fill() throws IOException {
        while (!buffer.hasRemaining()) {
            buffer.clear();
            var count = channel.read(buffer);
            buffer.flip();
            if (count < 0) {
                return false;
            }
            if (count == 0) {
                awaitReady(SelectionKey.OP_READ);
            }
        }
        return true;
    }

    private void awaitReady(int operation) throws IOException {
        channel.keyFor(selector).interestOps(operation);
        var left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        selector.select(left);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }
}
