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
        return StdioConnection.start(launcher, TestProcesses.of("cat"), listener);
    }

    private StdioConnection startShell(String script) {
        return StdioConnection.start(launcher, TestProcesses.shell(script), listener);
    }

    /** A child that reads nothing until the file is there; then it echoes. */
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

    /** Red without the replacement in Outbox.framed. */
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
        assertThat(listener.nextEnd()).isEqualTo("it ended (exit status 0)");
        assertThat(listener.invalidTexts)
                .containsExactly("Starting up", "[1,2]", "\"x\"", "0".repeat(512), "\ufeff{}", "\0\1\ufffd");
    }

    @Test
    void binaryOutputIsHarmless() {
        startShell("head -c 3000000 /dev/urandom; printf '\\n{\"a\":1}\\n'");
        assertThat(listener.nextEnd()).isEqualTo("it ended (exit status 0)");
        var last = new ArrayList<>(listener.messages).getLast();
        assertThat(new String(last, ISO_8859_1)).isEqualTo("{\"a\":1}");
    }

    /** Row F14, on a pipe. Red without {@link OversizedMessage#isUnbounded}: the child would write for ever. */
    @Test
    void anUnboundedLineEndsTheConnection() {
        var connection = StdioConnection.start(
                launcher, TestProcesses.shell("exec tr '\\0' x </dev/zero"), listener, MessageLimits.of(MIB), MIB);
        assertThat(listener.nextEnd()).startsWith("it sent a message of more than 1048576 bytes (");
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
     * Row F14: what is too long costs only itself, and whoever waits for it hears so. Red without either pattern in
     * Excess, without the one for what is no answer, and without forgetting the excess at a line's end.
     */
    @Test
    void anOversizedLineIsDropped() {
        var connection =
                StdioConnection.start(launcher, TestProcesses.of("cat"), listener, MessageLimits.of(MIB), 64 * MIB);
        var fill = "\"result\":{\"id\":4,\"t\":\"" + "x".repeat(MIB) + "\",\"id\":5}";
        var why = ": it sent a message of more than 1048576 bytes";
        for (var line : List.of(
                "{\"jsonrpc\":\"2.0\",\"id\":7," + fill + "}",
                "{\"id\":7,\"jsonrpc\":\"2.0\"," + fill + "}",
                "{ \"id\" : 7 , " + fill + "}",
                "{" + fill + ",\"jsonrpc\":\"2.0\",\"id\":7}",
                "{" + fill + ",\"id\":7,\"jsonrpc\":\"2.0\"}",
                "{\"jsonrpc\":\"2.0\"," + fill + ",\"id\": 7 } ")) {
            connection.send(message(line));
            assertThat(FakeMessageListener.next(listener.dropped)).isEqualTo("7" + why);
        }
        for (var line : List.of(
                "{\"jsonrpc\":\"2.0\"," + fill + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"sampling/createMessage\",\"params\":{" + fill + "}}",
                "{\"method\":\"sampling/createMessage\",\"params\":{" + fill + "},\"jsonrpc\":\"2.0\",\"id\":7}",
                "{\"id\":\"7\"," + fill + "}",
                "x".repeat(3 * MIB))) {
            connection.send(message(line));
            assertThat(FakeMessageListener.next(listener.dropped)).isEqualTo("null" + why);
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
        assertThat(listener.nextEnd()).isEqualTo("it ended (exit status 4)");
        assertThat(listener.messages).isEmpty();
        assertThat(connection.isAlive()).isFalse();
        assertThat(connection.send(message("{}"))).isEqualTo(SendResult.CLOSED);
        connection.close();
        assertThat(listener.endReasons).isEmpty();
    }

    /** A child that closes its output but lives is of no use. */
    @Test
    void theConnectionEndsWhenTheChildClosesItsOutput() {
        startShell("exec >&-; while :; do sleep 1; done");
        assertThat(listener.nextEnd()).isEqualTo("it ended (killed by signal 15)");
    }

    @Test
    void aClosedInputIsDetectedByWriting() {
        var connection = startShell("exec <&-; echo '{}'; while :; do sleep 1; done");
        assertThat(listener.nextMessage()).isEqualTo("{}");
        connection.send(message("{}"));
        assertThat(listener.nextEnd()).isEqualTo("it no longer reads its input (killed by signal 15)");
    }

    @Test
    void closeWaitsForTheChildToExit() {
        var connection = startCat();
        connection.close();
        assertThat(ProcessHandle.of(connection.pid())).isEmpty();
        assertThat(listener.nextEnd()).isEqualTo("it was stopped (exit status 0)");
        connection.close();
        assertThat(connection.send(message("{}"))).isEqualTo(SendResult.CLOSED);
        assertThat(listener.endReasons).isEmpty();
    }

    @Test
    void aListenerThatThrowsEndsTheConnection() {
        var ends = new FakeMessageListener();
        var connection = StdioConnection.start(launcher, TestProcesses.of("cat"), new MessageListener() {
            @Override
            public void onMessage(byte[] text, Message read) {
                throw new IllegalStateException("no");
            }

            @Override
            public void onDropped(@Nullable JsonRpcId answered, String why) {}

            @Override
            public void onInvalidText(String line) {}

            @Override
            public void onStderr(String line) {}

            @Override
            public void onEnd(String why) {
                ends.onEnd(why);
            }
        });
        connection.send(message("{}"));
        assertThat(ends.nextEnd()).isEqualTo("its message could not be taken: IllegalStateException (exit status 0)");
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
     * Row F12, ahead of any queue. The pipe is full: no sender waits, the limit answers, what overtakes overtakes, the
     * rest keeps its order.
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
        assertThat(connection.send(OutboundMessage.priority("{\"ahead\":1}".getBytes(UTF_8))))
                .isEqualTo(SendResult.ACCEPTED);
        assertThat(connection.send(OutboundMessage.priority("{\"ahead\":2}".getBytes(UTF_8))))
                .isEqualTo(SendResult.ACCEPTED);
        Files.createFile(gate);

        var came = new ArrayList<String>();
        for (var i = 0; i < sent + 3; i++) {
            came.add(listener.nextMessage());
        }
        var first = came.indexOf("{\"ahead\":1}");
        assertThat(first).isBetween(1, 10); // right behind what the pipe already held
        assertThat(came.get(first + 1)).isEqualTo("{\"ahead\":2}");
        assertThat(came.getLast()).isEqualTo("{}");
    }

    /**
     * Withdrawn while it waits for a child that does not read: it never goes out. Red without the call of {@code claim}
     * in Outbox.gather.
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

        var came = new ArrayList<String>();
        while (!came.contains("{\"last\":1}")) {
            came.add(listener.nextMessage());
        }
        assertThat(came.stream().filter(line -> line.startsWith("{\"call\"")).toList())
                .containsExactlyElementsOf(calls.stream()
                        .filter(call -> call.number() % 2 == 1)
                        .map(call -> call.json)
                        .toList());
        assertThat(calls).allMatch(call -> call.claims.get() == 1);
    }

    /**
     * A pipe holds 16 messages of a page each. Red without {@code outlet.ready()} in Outbox.pump: one more is claimed.
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

    /** What waits when the connection ends is dropped, and nobody is told that it went out. */
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
        assertThat(listener.nextEnd()).isEqualTo("it was stopped (killed by signal 15)");
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

    /** A child that floods us while it is being flooded itself: each waits for the other if we ever wait to write. */
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

    /** Systems without our own pipe: Java's stream, which only the writer thread may use. */
    @Test
    void ordinaryStreamsWorkToo() throws Exception {
        var process = new ProcessBuilder(List.of("cat")).start();
        var outbox = new PipeSendQueue(new ChildInput.StreamInput(process.getOutputStream()), MIB, why -> {});
        for (var i = 0; i < 1_000; i++) {
            assertThat(outbox.send(message("{\"i\":" + i + "}"))).isEqualTo(SendResult.ACCEPTED);
        }
        var lines = process.inputReader();
        for (var i = 0; i < 1_000; i++) {
            assertThat(lines.readLine()).isEqualTo("{\"i\":" + i + "}");
        }
        process.destroyForcibly().waitFor();
        outbox.close();
    }
}
