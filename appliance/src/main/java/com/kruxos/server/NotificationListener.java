package com.kruxos.server;

import com.kruxos.rpc.Message;

/**
 * Where what a server says about one request goes: progress, log messages. Called by the thread that reads from the
 * server.
 */
interface NotificationListener {
    void onNotification(Message.Notification notification);
}
