package com.kruxos.call;

import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.Message;
import com.kruxos.server.CallResult;
import com.kruxos.server.ResolvedTarget;
import com.kruxos.server.Servers;
import com.kruxos.session.InFlightRequest;

/**
 * Subscribes agents to resources. Several sessions may subscribe to one resource of a shared server; the server sees
 * the first subscription and the end of the last.
 */
final class SubscriptionHandler {
    private static final CallResult.Unavailable TOO_MANY_SUBSCRIPTIONS = new CallResult.Unavailable(
            "too_many_subscriptions",
            "there are too many subscriptions to this server's resources",
            "unsubscribe from resources you no longer need");

    private final Servers servers;

    SubscriptionHandler(Servers servers) {
        this.servers = servers;
    }

    /** Forwards the request until the server has confirmed one subscription to the resource. */
    CallResult subscribe(ResolvedTarget target, Message.Request request, InFlightRequest inFlight) {
        var session = inFlight.session();
        if (!servers.subscriptions()
                .subscribe(target, session, String.valueOf(request.params().uri()))) {
            return TOO_MANY_SUBSCRIPTIONS;
        }
        var result = servers.subscriptions().hasOtherSubscribers(target, session)
                        && inFlight.call().claim()
                ? emptyResult(request)
                : servers.dispatcher().dispatch(target, request, inFlight, inFlight.responder()::sendRelated);
        if (result instanceof CallResult.Replied replied && !replied.isError()) {
            servers.subscriptions().confirm(target, session);
        } else {
            servers.subscriptions().unsubscribe(target, session);
        }
        return result;
    }

    CallResult unsubscribe(ResolvedTarget target, Message.Request request, InFlightRequest inFlight) {
        var session = inFlight.session();
        servers.subscriptions().unsubscribe(target, session);
        if (servers.subscriptions().hasOtherSubscribers(target, session)
                && inFlight.call().claim()) {
            return emptyResult(request);
        }
        var result = servers.dispatcher().dispatch(target, request, inFlight, inFlight.responder()::sendRelated);
        servers.subscriptions().resubscribeIfWanted(target);
        return result;
    }

    private static CallResult emptyResult(Message.Request request) {
        return CallResult.Replied.local(JsonRpcWriter.result(request.id(), "{}"));
    }
}
