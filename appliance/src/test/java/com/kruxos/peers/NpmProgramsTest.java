package com.kruxos.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The external programs themselves start and respond, so that other failing tests point at the appliance. */
class NpmProgramsTest {
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"t\",\"version\":\"1\"}}}";

    @TempDir
    Path folder;

    @Test
    void everythingAnswersInitialize() throws Exception {
        assertThat(awaitResponse(NpmPrograms.ensureInstalled().everythingCommand(), INITIALIZE))
                .contains("\"id\":1", "serverInfo");
    }

    @Test
    void filesystemAnswersInitialize() throws Exception {
        assertThat(awaitResponse(NpmPrograms.ensureInstalled().filesystemCommand(folder), INITIALIZE))
                .contains("\"id\":1", "serverInfo");
    }

    @Test
    void memoryAnswersInitialize() throws Exception {
        assertThat(awaitResponse(NpmPrograms.ensureInstalled().memoryCommand(), INITIALIZE))
                .contains("\"id\":1", "serverInfo");
    }

    /** The client starts, and reports why it cannot connect. */
    @Test
    void theAgentRespondsToAStep() throws Exception {
        assertThat(awaitResponse(
                        NpmPrograms.ensureInstalled().agentCommand(),
                        "{\"id\":7,\"op\":\"connect\",\"url\":\"ws://127.0.0.1:1/mcp\"}"))
                .contains("\"op\":\"connect\"", "\"ok\":false");
    }

    /** The first line with a response; events before it are skipped. */
    private static String awaitResponse(List<String> command, String line) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            return CompletableFuture.supplyAsync(() -> firstResponse(in)).get(60, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String firstResponse(BufferedReader in) {
        try {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.contains("\"id\":")) {
                    return line;
                }
            }
            return "the output ended without an answer";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
