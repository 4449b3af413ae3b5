package com.kruxos.server;

import com.kruxos.rpc.Message;

/** Where a server's progress notifications about one request go. Called by the thread that reads from the server. */
interface Progress {
    void report(Message.Notification notification);
}
