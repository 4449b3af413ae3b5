package com.kruxos.call;

/** What the door does with a request that has walked the street. */
public sealed interface PipelineResult {

    /** Write this message to the agent. */
    final class Respond implements PipelineResult {
        private final byte[] message;

        public Respond(byte[] message) {
            this.message = message;
        }

        public byte[] message() {
            return message;
        }
    }

    /** Write nothing: the agent took the request back, or may not have the answer any more. */
    record NoResponse() implements PipelineResult {}
}
