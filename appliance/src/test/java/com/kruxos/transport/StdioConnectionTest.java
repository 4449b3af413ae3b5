package com.kruxos.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.rpc.Allowance;
import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import com.kruxos.transport.Connection.Sent;
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

    private final Launch launch = Launch.plain("test-" + HexFormat.of().toHexDigits(new Random().nextLong()));
    private final FakeReceiver heard = new FakeReceiver();

    @AfterEach
    void close() {
        launch.close();
    }

    private StdioConnection cat() {
        return StdioConnection.start(launch, Commands.of("cat"), heard);
    }

    private StdioConnection shell(String script) {
        return StdioConnection.start(launch, Commands.shell(script), heard);
    }

    /** A child that reads nothing until the file is there; then it echoes. */
    private StdioConnection sleeper(Path gate, long waitingBytes) {
        var script = "while [ ! -e " + gate + " ]; do sleep 0.01; done; exec cat";
        return StdioConnection.start(launch, Commands.shell(script), heard, Allowance.of(64 * MIB), waitingBytes);
    }

    private static Outgoing text(String json) {
        return Outgoing.of(json.getBytes(UTF_8));
    }

    private static byte[] json(int length) {
        var text = "{\"a\":\"" + "x".repeat(length - 8) + "\"}";
        return text.getBytes(UTF_8);
    }

    @Test
    void messagesGoAndComeInOrder() {
        var connection = cat();
        for (var i = 0; i < 10_000; i++) {
            assertThat(connection.send(text("{\"id\":" + i + "}"))).isEqualTo(Sent.ACCEPTED);
        }
        for (var i = 0; i < 10_000; i++) {
            assertThat(heard.nextMessage()).isEqualTo("{\"id\":" + i + "}");
        }
    }

    @Test
    void eachSendersOrderIsKeptAmongMany() throws Exception {
        var connection = cat();
        var threads = new ArrayList<Thread>();
        for (var t = 0; t < 8; t++) {
            var name = t;
            threads.add(Thread.ofVirtual().start(() -> {
                for (var i = 0; i < 2_000; i++) {
                    connection.send(text("{\"t\":" + name + ",\"i\":" + i + "}"));
                }
            }));
        }
        var next = new int[8];
        for (var n = 0; n < 16_000; n++) {
            var message = heard.nextMessage();
            var sender = message.charAt(5) - '0';
            assertThat(message).isEqualTo("{\"t\":" + sender + ",\"i\":" + next[sender]++ + "}");
        }
        for (var thread : threads) {
            thread.join();
        }
    }

    @Test
    void eightMebibytesBothWays() {
        var connection = cat();
        var big = json(8 * MIB);
        assertThat(connection.send(Outgoing.of(big))).isEqualTo(Sent.ACCEPTED);
        assertThat(connection.send(text("{}"))).isEqualTo(Sent.ACCEPTED);
        assertThat(FakeReceiver.next(heard.messages)).isEqualTo(big);
        assertThat(heard.nextMessage()).isEqualTo("{}");
    }

    /** Red without the replacement in Outbox.framed. */
    @Test
    void lineEndsBetweenTokensBecomeSpaces() {
        var bytes = "{\n \"a\":\r\n1}".getBytes(UTF_8);
        cat().send(Outgoing.of(bytes));
        assertThat(heard.nextMessage()).isEqualTo("{  \"a\":  1}");
        assertThat(bytes).isEqualTo("{\n \"a\":\r\n1}".getBytes(UTF_8));
    }

    @Test
    void noiseIsToldApartAndCut() {
        shell(
                "printf 'Starting up\\n\\n  \\t\\n[1,2]\\n \\t{\"a\":1}\\r\\n\\r\\n{\"b\":\\r2}\\n\"x\"\\n'; printf '%01000d\\n' 5; "
                        + "printf '\\357\\273\\277{}\\n\\000\\001\\377\\n{\"c\":3}\\n'");
        assertThat(heard.nextMessage()).isEqualTo(" \t{\"a\":1}");
        assertThat(heard.nextMessage()).isEqualTo("{\"b\":\r2}");
        assertThat(heard.nextMessage()).isEqualTo("{\"c\":3}");
        assertThat(heard.end()).isEqualTo("it ended (exit status 0)");
        assertThat(heard.noises)
                .containsExactly("Starting up", "[1,2]", "\"x\"", "0".repeat(512), "\ufeff{}", "\0\1\ufffd");
    }

    @Test
    void binaryGarbageHarmsNothing() {
        shell("head -c 3000000 /dev/urandom; printf '\\n{\"a\":1}\\n'");
        assertThat(heard.end()).isEqualTo("it ended (exit status 0)");
        var last = new ArrayList<>(heard.messages).getLast();
        assertThat(new String(last, ISO_8859_1)).isEqualTo("{\"a\":1}");
    }

    /** Row F14, on a pipe. Red without {@link Excess#endless}: the child would write for ever. */
    @Test
    void endlessLineIsCut() {
        var connection = StdioConnection.start(
                launch, Commands.shell("exec tr '\\0' x </dev/zero"), heard, Allowance.of(MIB), MIB);
        assertThat(heard.end()).startsWith("it sent a message of more than 1048576 bytes (");
        assertThat(connection.alive()).isFalse();
        assertThat(heard.messages).isEmpty();
        assertThat(heard.noises).isEmpty();
    }

    @Test
    void longestLineIsStillTaken() {
        var connection = StdioConnection.start(launch, Commands.of("cat"), heard, Allowance.of(MIB), 8 * MIB);
        connection.send(Outgoing.of(json(MIB)));
        assertThat(FakeReceiver.next(heard.messages)).hasSize(MIB);
    }

    /**
     * Row F14: what is too long costs only itself, and whoever waits for it hears so. Red without either pattern in
     * Excess, without the one for what is no answer, and without forgetting the excess at a line's end.
     */
    @Test
    void aLineThatIsTooLongIsDropped() {
        var connection = StdioConnection.start(launch, Commands.of("cat"), heard, Allowance.of(MIB), 64 * MIB);
        var fill = "\"result\":{\"id\":4,\"t\":\"" + "x".repeat(MIB) + "\",\"id\":5}";
        var why = ": it sent a message of more than 1048576 bytes";
        for (var line : List.of(
                "{\"jsonrpc\":\"2.0\",\"id\":7," + fill + "}",
                "{\"id\":7,\"jsonrpc\":\"2.0\"," + fill + "}",
                "{ \"id\" : 7 , " + fill + "}",
                "{" + fill + ",\"jsonrpc\":\"2.0\",\"id\":7}",
                "{" + fill + ",\"id\":7,\"jsonrpc\":\"2.0\"}",
                "{\"jsonrpc\":\"2.0\"," + fill + ",\"id\": 7 } ")) {
            connection.send(text(line));
            assertThat(FakeReceiver.next(heard.dropped)).isEqualTo("7" + why);
        }
        for (var line : List.of(
                "{\"jsonrpc\":\"2.0\"," + fill + "}",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"sampling/createMessage\",\"params\":{" + fill + "}}",
                "{\"method\":\"sampling/createMessage\",\"params\":{" + fill + "},\"jsonrpc\":\"2.0\",\"id\":7}",
                "{\"id\":\"7\"," + fill + "}",
                "x".repeat(3 * MIB))) {
            connection.send(text(line));
            assertThat(FakeReceiver.next(heard.dropped)).isEqualTo("null" + why);
        }
        connection.send(text("{}"));
        assertThat(heard.nextMessage()).isEqualTo("{}");
        assertThat(heard.messages).isEmpty();
        assertThat(connection.alive()).isTrue();
    }

    @Test
    void deathInTheMiddleOfALine() {
        var connection = shell("printf '{\"a\":1}\\n{\"b\":'; exit 4");
        assertThat(heard.nextMessage()).isEqualTo("{\"a\":1}");
        assertThat(heard.end()).isEqualTo("it ended (exit status 4)");
        assertThat(heard.messages).isEmpty();
        assertThat(connection.alive()).isFalse();
        assertThat(connection.send(text("{}"))).isEqualTo(Sent.CLOSED);
        connection.close();
        assertThat(heard.ends).isEmpty();
    }

    /** A child that closes its output but lives is of no use. */
    @Test
    void endOfOutputIsTheEnd() {
        shell("exec >&-; while :; do sleep 1; done");
        assertThat(heard.end()).isEqualTo("it ended (killed by signal 15)");
    }

    @Test
    void endOfInputIsNoticedByWriting() {
        var connection = shell("exec <&-; echo '{}'; while :; do sleep 1; done");
        assertThat(heard.nextMessage()).isEqualTo("{}");
        connection.send(text("{}"));
        assertThat(heard.end()).isEqualTo("it no longer reads its input (killed by signal 15)");
    }

    @Test
    void closingWaitsForTheEnd() {
        var connection = cat();
        connection.close();
        assertThat(ProcessHandle.of(connection.pid())).isEmpty();
        assertThat(heard.end()).isEqualTo("it was stopped (exit status 0)");
        connection.close();
        assertThat(connection.send(text("{}"))).isEqualTo(Sent.CLOSED);
        assertThat(heard.ends).isEmpty();
    }

    @Test
    void receiverThatThrowsEndsIt() {
        var ends = new FakeReceiver();
        var connection = StdioConnection.start(launch, Commands.of("cat"), new Receiver() {
            @Override
            public void message(byte[] text, Message read) {
                throw new IllegalStateException("no");
            }

            @Override
            public void dropped(@Nullable Id answered, String why) {}

            @Override
            public void noise(String line) {}

            @Override
            public void stderr(String line) {}

            @Override
            public void ended(String why) {
                ends.ended(why);
            }
        });
        connection.send(text("{}"));
        assertThat(ends.end()).isEqualTo("its message could not be taken: IllegalStateException (exit status 0)");
    }

    @Test
    void standardErrorComesInLines() {
        shell("printf 'one\\r\\n\\ntwo\\n%03000d\\nlast' 1 >&2; cat");
        assertThat(FakeReceiver.next(heard.errors)).isEqualTo("one");
        assertThat(FakeReceiver.next(heard.errors)).isEqualTo("two");
        assertThat(FakeReceiver.next(heard.errors)).isEqualTo("0".repeat(2000));
        launch.close();
        assertThat(FakeReceiver.next(heard.errors)).isEqualTo("last");
    }

    /**
     * Row F12, ahead of any queue. The pipe is full: no sender waits, the limit answers, what overtakes overtakes, the
     * rest keeps its order.
     */
    @Test
    void slowReaderHoldsUpNobody(@TempDir Path folder) throws Exception {
        var gate = folder.resolve("gate");
        var connection = sleeper(gate, MIB);
        var sent = 0;
        while (connection.send(Outgoing.of(json(10_000))) == Sent.ACCEPTED) {
            sent++;
        }
        assertThat(sent).isBetween(100, 200);
        assertThat(connection.send(text("{}"))).isEqualTo(Sent.ACCEPTED);
        assertThat(connection.send(Outgoing.ahead("{\"ahead\":1}".getBytes(UTF_8))))
                .isEqualTo(Sent.ACCEPTED);
        assertThat(connection.send(Outgoing.ahead("{\"ahead\":2}".getBytes(UTF_8))))
                .isEqualTo(Sent.ACCEPTED);
        Files.createFile(gate);

        var came = new ArrayList<String>();
        for (var i = 0; i < sent + 3; i++) {
            came.add(heard.nextMessage());
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
        var connection = sleeper(gate, 4 * MIB);
        for (var i = 0; i < 20; i++) {
            connection.send(Outgoing.of(json(10_000)));
        }
        var calls = new ArrayList<Call>();
        for (var i = 0; i < 50; i++) {
            calls.add(new Call("{\"call\":" + i + "}"));
            connection.send(calls.getLast());
        }
        assertThat(calls).noneMatch(call -> call.claims.get() > 0);
        calls.stream().filter(call -> call.number() % 2 == 0).forEach(call -> call.withdrawn.set(true));
        Files.createFile(gate);
        connection.send(text("{\"last\":1}"));

        var came = new ArrayList<String>();
        while (!came.contains("{\"last\":1}")) {
            came.add(heard.nextMessage());
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
    void nothingIsClaimedThatCannotGoOut(@TempDir Path folder) {
        var connection = sleeper(folder.resolve("never"), 4 * MIB);
        var page = new String(json(4095), UTF_8);
        var calls = IntStream.range(0, 40).mapToObj(i -> new Call(page)).toList();
        calls.forEach(connection::send);
        assertThat(calls.stream().filter(call -> call.claims.get() > 0)).hasSizeBetween(1, 16);
    }

    private static final class Call implements Outgoing {
        final String json;
        final AtomicBoolean withdrawn = new AtomicBoolean();
        final AtomicInteger claims = new AtomicInteger();

        Call(String json) {
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
    void closingClaimsNothing(@TempDir Path folder) {
        var connection = sleeper(folder.resolve("never"), 4 * MIB);
        for (var i = 0; i < 20; i++) {
            connection.send(Outgoing.of(json(10_000)));
        }
        var call = new Call("{\"call\":1}");
        assertThat(connection.send(call)).isEqualTo(Sent.ACCEPTED);
        connection.close();
        assertThat(call.claims).hasValue(0);
        assertThat(heard.end()).isEqualTo("it was stopped (killed by signal 15)");
        Await.until(
                "the writer has ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("child-writer")));
    }

    @Test
    void oneFullPipeDoesNotHoldUpTheOthers(@TempDir Path folder) {
        var full = sleeper(folder.resolve("never"), MIB);
        while (full.send(Outgoing.of(json(10_000))) == Sent.ACCEPTED) {}
        var other = cat();
        for (var i = 0; i < 100; i++) {
            other.send(text("{\"i\":" + i + "}"));
            assertThat(heard.nextMessage()).isEqualTo("{\"i\":" + i + "}");
        }
    }

    /** A child that floods us while it is being flooded itself: each waits for the other if we ever wait to write. */
    @Test
    void floodsInBothDirections() throws Exception {
        var connection = cat();
        var done = new CountDownLatch(4);
        for (var t = 0; t < 4; t++) {
            Thread.ofVirtual().start(() -> {
                for (var i = 0; i < 200; i++) {
                    while (connection.send(Outgoing.of(json(100_000))) == Sent.BUSY) {
                        LockSupport.parkNanos(100_000);
                    }
                }
                done.countDown();
            });
        }
        for (var i = 0; i < 800; i++) {
            assertThat(FakeReceiver.next(heard.messages)).hasSize(100_000);
        }
        done.await();
    }

    /** Systems without our own pipe: Java's stream, which only the writer thread may use. */
    @Test
    void plainStreamsServeToo() throws Exception {
        var process = new ProcessBuilder(List.of("cat")).start();
        var outbox = new Outbox(new Outlet.OfStream(process.getOutputStream()), MIB, why -> {});
        for (var i = 0; i < 1_000; i++) {
            assertThat(outbox.send(text("{\"i\":" + i + "}"))).isEqualTo(Sent.ACCEPTED);
        }
        var lines = process.inputReader();
        for (var i = 0; i < 1_000; i++) {
            assertThat(lines.readLine()).isEqualTo("{\"i\":" + i + "}");
        }
        process.destroyForcibly().waitFor();
        outbox.close();
    }
}
