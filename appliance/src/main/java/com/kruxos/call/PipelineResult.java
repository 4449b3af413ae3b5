package com.kruxos.call;

/** What to send to the agent. */
public sealed interface PipelineResult {

    final class Respond implements PipelineResult {
        private final byte[] message;

        public Respond(byte[] message) {
            this.message = message;
        }

        public byte[] message() {
            return message;
        }
    }

    /** Nothing: the agent cancelled the request, or may not have the response any more. */
    record NoResponse() implements PipelineResult {}
}
