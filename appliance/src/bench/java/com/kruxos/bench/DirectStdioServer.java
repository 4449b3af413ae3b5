package com.kruxos.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** The stdio server called directly: one process, responses matched by id. */
final class DirectStdioServer implements DirectServer {
    private final Process process;
    private final OutputStream in;
    private final List<BlockingQueue<String>> answers = new ArrayList<>();

    DirectStdioServer(List<String> command, int sessions) throws IOException {
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        in = process.getOutputStream();
        for (var i = 0; i < sessions; i++) {
            answers.add(new ArrayBlockingQueue<>(4));
        }
        Thread.ofPlatform().daemon().start(this::read);
    }

    @Override
    public BenchSession session(int session) {
        return new BenchSession() {
            @Override
            public void call(int id) throws IOException {
                write(
                        "{\"jsonrpc\":\"2.0\",\"id\":" + session
                                + ",\"method\":\"tools/call\",\"params\":{\"name\":\"echo\",\"arguments\":{\"text\":\"hello\"}}}\n");
                try {
                    answers.get(session).take();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public void close() {}
        };
    }

    private void write(String line) throws IOException {
        synchronized (in) {
            in.write(line.getBytes(StandardCharsets.UTF_8));
            in.flush();
        }
    }

    private void read() {
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                var at = line.indexOf("\"id\":") + 5;
                var end = at;
                while (Character.isDigit(line.charAt(end))) {
                    end++;
                }
                answers.get(Integer.parseInt(line.substring(at, end))).add(line);
            }
        } catch (IOException e) {
            // The process was stopped.
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
