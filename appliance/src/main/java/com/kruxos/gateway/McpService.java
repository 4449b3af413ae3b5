package com.kruxos.gateway;

import com.kruxos.call.CallPipeline;
import com.kruxos.call.ListHandler;
import com.kruxos.rpc.MemoryGuard;
import com.kruxos.session.Session;

/**
 * What the handlers of all sessions share.
 *
 * @param applianceVersion sent to clients as the version of the server
 */
record McpService(
        CallPipeline callPipeline, ListHandler listHandler, MemoryGuard memoryGuard, String applianceVersion) {
    McpSessionHandler newHandler(Session session) {
        return new McpSessionHandler(session, this);
    }
}
