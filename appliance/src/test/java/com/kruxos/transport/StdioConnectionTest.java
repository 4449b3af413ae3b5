package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.process.Await;
import com.kruxos.process.ProcessLauncher;
import com.kruxos.process.TestProcesses;
import com.kruxos.rpc.JsonRpcId;
import com.kruxos.rpc.Message;
import com.kruxos.rpc.MessageLimits;
import com.kruxos.transport.ServerConnection.SendResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
final class StdioConnectionTest {
    private static final int MIB = 1 << 20;

    private final ProcessLauncher launcher =
            ProcessLauncher.direct("test-" + HexFormat.of().toHexDigits(new Random().nextLong()));
    private final FakeMessageListener listener = new FakeMessageListener();

    @AfterEach
    void close() {
        launcher.close();
    }

    private StdioConnection startCat() {
        return TestConnections.stdio(launcher, TestProcesses.of("cat"), listener);
    }

    private StdioConnection startShell(String script) {
        return TestConnections.stdio(launcher, TestProcesses.shell(script), listener);
    }

    /** Reads nothing until the file exists; then it echoes. */
    private StdioConnection startBlockedReader(Path gate, long waitingBytes) {
        var script = "while [ ! -e " + gate + " ]; do sleep 0.01; done; exec cat";
        return StdioConnection.start(
                launcher, TestProcesses.shell(script), listener, MessageLimits.of(64 * MIB), waitingBytes);
    }

    private static OutboundMessage message(String json) {
        return OutboundMessage.of(json.getBytes(UTF_8));
    }

    private static byte[] jsonOfLength(int length) {
        var text = "{\"a\":\"" + "x".repeat(length - 8) + "\"}";
        return text.getBytes(UTF_8);
    }

    @Test
    void messagesAreSentAndReceivedInOrder() {
        var connection = startCat();
        for (var i = 0; i < 10_000; i++) {
            assertThat(connection.send(message("{\"id\":" + i + "}"))).isEqualTo(SendResult.ACCEPTED);
        }
        for (var i = 0; i < 10_000; i++) {
            assertThat(listener.nextMessage()).isEqualTo("{\"id\":" + i + "}");
        }
    }

    @Test
    void theOrderOfEachSenderIsKept() throws Exception {
        var connection = startCat();
        var threads = new ArrayList<Thread>();
        for (var t = 0; t < 8; t++) {
            var name = t;
            threads.add(Thread.ofVirtual().start(() -> {
                for (var i = 0; i < 2_000; i++) {
                    connection.send(message("{\"t\":" + name + ",\"i\":" + i + "}"));
                }
            }));
        }
        var next = new int[8];
        for (var n = 0; n < 16_000; n++) {
            var message = listener.nextMessage();
            var sender = message.charAt(5) - '0';
            assertThat(message).isEqualTo("{\"t\":" + sender + ",\"i\":" + next[sender]++ + "}");
        }
        for (var thread : threads) {
            thread.join();
        }
    }

    @Test
    void messagesOfEightMebibytesAreDelivered() {
        var connection = startCat();
        var big = jsonOfLength(8 * MIB);
        assertThat(connection.send(OutboundMessage.of(big))).isEqualTo(SendResult.ACCEPTED);
        assertThat(connection.send(message("{}"))).isEqualTo(SendResult.ACCEPTED);
        assertThat(FakeMessageListener.next(listener.messages)).isEqualTo(big);
        assertThat(listener.nextMessage()).isEqualTo("{}");
    }

    /** Fails without the replacement in {@code PipeSendQueue.toLine}. */
    @Test
    void lineBreaksBetweenTokensBecomeSpaces() {
        var bytes = "{\n \"a\":\r\n1}".getBytes(UTF_8);
        startCat().send(OutboundMessage.of(bytes));
        assertThat(listener.nextMessage()).isEqualTo("{  \"a\":  1}");
        assertThat(bytes).isEqualTo("{\n \"a\":\r\n1}".getBytes(UTF_8));
    }

    @Test
    void invalidLinesAreReportedTruncated() {
        startShell(
                "printf 'Starting up\\n\\n  \\t\\n[1,2]\\n \\t{\"a\":1}\\r\\n\\r\\n{\"b\":\\r2}\\n\"x\"\\n'; printf '%01000d\\n' 5; "
                        + "printf '\\357\\273\\277{}\\n\\000\\001\\377\\n{\"c\":3}\\n'");
        assertThat(listener.nextMessage()).isEqualTo(" \t{\"a\":1}");
        assertThat(listener.nextMessage()).isEqualTo("{\"b\":\r2}");
        assertThat(listener.nextMessage()).isEqualTo("{\"c\":3}");
        assertThat(listener.nextEnd()).isEqualTo("the process ended (exit status 0)");
        assertThat(listener.invalidTexts)
                .containsExactly("Starting up", "[1,2]", "\"x\"", "0".repeat(512), "\ufeff{}", "\0\1\ufffd");
    }

    @Test
    void binaryOutputIsHarmless() {
        startShell("head -c 3000000 /dev/urandom; printf '\\n{\"a\":1}\\n'");
        assertThat(listener.nextEnd()).isEqualTo("the process ended (exit status 0)");
        var last = new ArrayList<>(listener.messages).getLast();
        assertThat(new String(last, ISO_8859_1)).isEqualTo("{\"a\":1}");
    }

    /**
     * A server cannot exhaust memory. Fails without {@link OversizedMessage#isUnbounded}: the child would write for
     * ever.
     */
    @Test
    void anUnboundedLineEndsTheConnection() {
        var connection = StdioConnection.start(
                launcher, TestProcesses.shell("exec tr '\\0' x </dev/zero"), listener, MessageLimits.of(MIB), MIB);
        assertThat(listener.nextEnd()).startsWith("the server sent a message of more than 1048576 bytes (");
        assertThat(connection.isAlive()).isFalse();
        assertThat(listener.messages).isEmpty();
        assertThat(listener.invalidTexts).isEmpty();
    }

    @Test
    void aLineOfExactlyTheLimitIsDelivered() {
        var connection =
                StdioConnection.start(launcher, TestProcesses.of("cat"), listener, MessageLimits.of(MIB), 8 * MIB);
        connection.send(OutboundMessage.of(jsonOfLength(MIB)));
        assertThat(FakeMessageListener.next(listener.messages)).hasSize(MIB);
    }

    /**
     * An oversized message costs only itself, and its caller learns reason. Fails without any of the patterns in
     * OversizedMessage, and when the oversized line is not reset at its end.
     */
    @Test
    void anOversizedLineIsDropped() {
        var connection =
                StdioConnection.start(launcher, TestProcesses.of("cat"), listener, MessageLimits.of(MIB), 64 * MIB);
        var fill = "\"result\":{\"id\":4,\"t\":\"" + "x".repeat(MIB) + "\",\"id\":5}";
        var reason = ": the server sent a message of more than 1048576 bytes";
        for (var line : List.of(
                "{\"jsonrpc\":\"2.0\",\"id\":7," + fill + "}",
                "{\"id\":7,\"jsonrpc\":\"2.0\"," + fill + "}",
                "{ \"id\" : 7 , " + fill + "}",
                "{" + fill + ",\"jsonrpc\":\"2.0\",\"id\":7}",
                "{" + fill + ",\"id\":7,\"jsonrpc\":\"2.0\"}",
                "{\"jsonrpc\":\"2.0\"," + fill + ",\"id\": 7 } ")) {
            connection.send(message(line));
            assertThat(FakeMessageListener.next(listener.dropped)).isEqualTo("7" + reason);
        }
        for (var line : List.of(
                "{\"jsonrpc\":\"2.0\"," + fill + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"sampling/createMessage\",\"params\":{" + fill + "}}",
                "{\"method\":\"sampling/createMessage\",\"params\":{" + fill + "},\"jsonrpc\":\"2.0\",\"id\":7}",
                "{\"id\":\"7\"," + fill + "}",
                "x".repeat(3 * MIB))) {
            connection.send(message(line));
            assertThat(FakeMessageListener.next(listener.dropped)).isEqualTo("null" + reason);
        }
        connection.send(message("{}"));
        assertThat(listener.nextMessage()).isEqualTo("{}");
        assertThat(listener.messages).isEmpty();
        assertThat(connection.isAlive()).isTrue();
    }

    @Test
    void anUnfinishedLastLineIsDropped() {
        var connection = startShell("printf '{\"a\":1}\\n{\"b\":'; exit 4");
        assertThat(listener.nextMessage()).isEqualTo("{\"a\":1}");
        assertThat(listener.nextEnd()).isEqualTo("the process ended (exit status 4)");
        assertThat(listener.messages).isEmpty();
        assertThat(connection.isAlive()).isFalse();
        assertThat(connection.send(message("{}"))).isEqualTo(SendResult.CLOSED);
        connection.close();
        assertThat(listener.endReasons).isEmpty();
    }

    /** A child that has closed its output is stopped. */
    @Test
    void theConnectionEndsWhenTheChildClosesItsOutput() {
        startShell("exec >&-; while :; do sleep 1; done");
        assertThat(listener.nextEnd()).isEqualTo("the process ended (killed by signal 15)");
    }

    @Test
    void aClosedInputIsDetectedByWriting() {
        var connection = startShell("exec <&-; echo '{}'; while :; do sleep 1; done");
        assertThat(listener.nextMessage()).isEqualTo("{}");
        connection.send(message("{}"));
        assertThat(listener.nextEnd()).isEqualTo("the process closed its input (killed by signal 15)");
    }

    @Test
    void closeWaitsForTheChildToExit() {
        var connection = startCat();
        connection.close();
        assertThat(ProcessHandle.of(connection.pid())).isEmpty();
        assertThat(listener.nextEnd()).isEqualTo("stopped by KruxOS (exit status 0)");
        connection.close();
        assertThat(connection.send(message("{}"))).isEqualTo(SendResult.CLOSED);
        assertThat(listener.endReasons).isEmpty();
    }

    @Test
    void aListenerThatThrowsEndsTheConnection() {
        var delegate = new FakeMessageListener();
        var connection = TestConnections.stdio(launcher, TestProcesses.of("cat"), new MessageListener() {
            @Override
            public void onMessage(byte[] text, Message read) {
                throw new IllegalStateException("no");
            }

            @Override
            public void onDropped(@Nullable JsonRpcId answeredId, String reason) {}

            @Override
            public void onInvalidText(String line) {}

            @Override
            public void onStderr(String line) {}

            @Override
            public void onEnd(String reason) {
                delegate.onEnd(reason);
            }
        });
        connection.send(message("{}"));
        assertThat(delegate.nextEnd())
                .isEqualTo("a message of the server could not be processed (IllegalStateException) (exit status 0)");
    }

    @Test
    void stderrIsDeliveredInLines() {
        startShell("printf 'one\\r\\n\\ntwo\\n%03000d\\nlast' 1 >&2; cat");
        assertThat(FakeMessageListener.next(listener.stderrLines)).isEqualTo("one");
        assertThat(FakeMessageListener.next(listener.stderrLines)).isEqualTo("two");
        assertThat(FakeMessageListener.next(listener.stderrLines)).isEqualTo("0".repeat(2000));
        launcher.close();
        assertThat(FakeMessageListener.next(listener.stderrLines)).isEqualTo("last");
    }

    /**
     * When the pipe is full no sender blocks, the limit applies, priority messages overtake, and the rest keeps its
     * order.
     */
    @Test
    void aBlockedReaderDelaysNoSender(@TempDir Path folder) throws Exception {
        var gate = folder.resolve("gate");
        var connection = startBlockedReader(gate, MIB);
        var sent = 0;
        while (connection.send(OutboundMessage.of(jsonOfLength(10_000))) == SendResult.ACCEPTED) {
            sent++;
        }
        assertThat(sent).isBetween(100, 200);
        assertThat(connection.send(message("{}"))).isEqualTo(SendResult.ACCEPTED);
        assertThat(connection.send(OutboundMessage.priority("{\"priority\":1}".getBytes(UTF_8))))
                .isEqualTo(SendResult.ACCEPTED);
        assertThat(connection.send(OutboundMessage.priority("{\"priority\":2}".getBytes(UTF_8))))
                .isEqualTo(SendResult.ACCEPTED);
        Files.createFile(gate);

        var received = new ArrayList<String>();
        for (var i = 0; i < sent + 3; i++) {
            received.add(listener.nextMessage());
        }
        var first = received.indexOf("{\"priority\":1}");
        assertThat(first).isBetween(1, 10); // right after what the pipe already held
        assertThat(received.get(first + 1)).isEqualTo("{\"priority\":2}");
        assertThat(received.getLast()).isEqualTo("{}");
    }

    /**
     * A message withdrawn while the child does not read is never written. Fails without the call of {@code claim} in
     * {@code PipeSendQueue.nextWrite}.
     */
    @Test
    void withdrawnMessagesAreNeverWritten(@TempDir Path folder) throws Exception {
        var gate = folder.resolve("gate");
        var connection = startBlockedReader(gate, 4 * MIB);
        for (var i = 0; i < 20; i++) {
            connection.send(OutboundMessage.of(jsonOfLength(10_000)));
        }
        var calls = new ArrayList<WithdrawableMessage>();
        for (var i = 0; i < 50; i++) {
            calls.add(new WithdrawableMessage("{\"call\":" + i + "}"));
            connection.send(calls.getLast());
        }
        assertThat(calls).noneMatch(call -> call.claims.get() > 0);
        calls.stream().filter(call -> call.number() % 2 == 0).forEach(call -> call.withdrawn.set(true));
        Files.createFile(gate);
        connection.send(message("{\"last\":1}"));

        var received = new ArrayList<String>();
        while (!received.contains("{\"last\":1}")) {
            received.add(listener.nextMessage());
        }
        assertThat(received.stream()
                        .filter(line -> line.startsWith("{\"call\""))
                        .toList())
                .containsExactlyElementsOf(calls.stream()
                        .filter(call -> call.number() % 2 == 1)
                        .map(call -> call.json)
                        .toList());
        assertThat(calls).allMatch(call -> call.claims.get() == 1);
    }

    /**
     * A pipe holds 16 messages of one page. Fails without {@code isWritable} in {@code PipeSendQueue.pump}: one more is
     * claimed.
     */
    @Test
    void noMessageIsClaimedThatThePipeCannotTake(@TempDir Path folder) {
        var connection = startBlockedReader(folder.resolve("never"), 4 * MIB);
        var page = new String(jsonOfLength(4095), UTF_8);
        var calls = IntStream.range(0, 40)
                .mapToObj(i -> new WithdrawableMessage(page))
                .toList();
        calls.forEach(connection::send);
        assertThat(calls.stream().filter(call -> call.claims.get() > 0)).hasSizeBetween(1, 16);
    }

    private static final class WithdrawableMessage implements OutboundMessage {
        final String json;
        final AtomicBoolean withdrawn = new AtomicBoolean();
        final AtomicInteger claims = new AtomicInteger();

        WithdrawableMessage(String json) {
            this.json = json;
        }

        int number() {
            return Integer.parseInt(json.replaceAll("\\D", ""));
        }

        @Override
        public byte[] bytes() {
            return json.getBytes(UTF_8);
        }

        @Override
        public boolean claim() {
            claims.incrementAndGet();
            return !withdrawn.get();
        }
    }

    /** Queued messages are dropped unclaimed when the connection delegate. */
    @Test
    void closeClaimsNoWaitingMessage(@TempDir Path folder) {
        var connection = startBlockedReader(folder.resolve("never"), 4 * MIB);
        for (var i = 0; i < 20; i++) {
            connection.send(OutboundMessage.of(jsonOfLength(10_000)));
        }
        var call = new WithdrawableMessage("{\"call\":1}");
        assertThat(connection.send(call)).isEqualTo(SendResult.ACCEPTED);
        connection.close();
        assertThat(call.claims).hasValue(0);
        assertThat(listener.nextEnd()).isEqualTo("stopped by KruxOS (killed by signal 15)");
        Await.until(
                "the writer has ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("child-writer")));
    }

    @Test
    void aFullPipeDoesNotDelayOtherConnections(@TempDir Path folder) {
        var full = startBlockedReader(folder.resolve("never"), MIB);
        while (full.send(OutboundMessage.of(jsonOfLength(10_000))) == SendResult.ACCEPTED) {}
        var other = startCat();
        for (var i = 0; i < 100; i++) {
            other.send(message("{\"i\":" + i + "}"));
            assertThat(listener.nextMessage()).isEqualTo("{\"i\":" + i + "}");
        }
    }

    /** Both sides write without reading: they deadlock if our writes ever block a reader. */
    @Test
    void floodsInBothDirectionsDoNotDeadlock() throws Exception {
        var connection = startCat();
        var done = new CountDownLatch(4);
        for (var t = 0; t < 4; t++) {
            Thread.ofVirtual().start(() -> {
                for (var i = 0; i < 200; i++) {
                    while (connection.send(OutboundMessage.of(jsonOfLength(100_000))) == SendResult.BUSY) {
                        LockSupport.parkNanos(100_000);
                    }
                }
                done.countDown();
            });
        }
        for (var i = 0; i < 800; i++) {
            assertThat(FakeMessageListener.next(listener.messages)).hasSize(100_000);
        }
        done.await();
    }

    /** Without WritePipe only the writer thread may use the stream, since it blocks. */
    @Test
    void ordinaryStreamsWorkToo() throws Exception {
        var process = new ProcessBuilder(List.of("cat")).start();
        var queue = new PipeSendQueue(new ChildInput.StreamInput(process.getOutputStream()), MIB, reason -> {});
        for (var i = 0; i < 1_000; i++) {
            assertThat(queue.send(message("{\"i\":" + i + "}"))).isEqualTo(SendResult.ACCEPTED);
        }
        var lines = process.inputReader();
        for (var i = 0; i < 1_000; i++) {
            assertThat(lines.readLine()).isEqualTo("{\"i\":" + i + "}");
        }
        process.destroyForcibly().waitFor();
        queue.close();
    }
}
