package com.kruxos.server;

import com.kruxos.rpc.Message;

/** Receives the progress and log notifications of one request, on the thread that reads from the server. */
interface NotificationListener {
    void onNotification(Message.Notification notification);
}
