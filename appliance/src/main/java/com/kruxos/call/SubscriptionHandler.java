package com.kruxos.call;

import com.kruxos.rpc.JsonRpcWriter;
import com.kruxos.rpc.Message;
import com.kruxos.server.CallResult;
import com.kruxos.server.ResolvedTarget;
import com.kruxos.server.Servers;
import com.kruxos.session.InFlightRequest;

/**
 * How agents follow a resource and leave it. Several sessions may follow one resource of a shared server: that hears of
 * the first and of the last.
 */
final class SubscriptionHandler {
    private static final CallResult.Unavailable TOO_MANY_SUBSCRIPTIONS = new CallResult.Unavailable(
            "too_many_subscriptions",
            "too many of this server's resources are followed already",
            "unsubscribe from what you need no longer");

    private final Servers servers;

    SubscriptionHandler(Servers servers) {
        this.servers = servers;
    }

    /** Until the server has said yes to one, each is told what it says. */
    CallResult subscribe(ResolvedTarget target, Message.Request request, InFlightRequest flight) {
        var session = flight.session();
        if (!servers.subscriptions()
                .subscribe(target, session, String.valueOf(request.params().uri()))) {
            return TOO_MANY_SUBSCRIPTIONS;
        }
        var answer = servers.subscriptions().hasOtherSubscribers(target, session) && flight.claim()
                ? emptyResult(request)
                : servers.dispatcher().dispatch(target, request, flight, flight.responder()::sendRelated);
        if (answer instanceof CallResult.Replied replied && !replied.isError()) {
            servers.subscriptions().confirm(target, session);
        } else {
            servers.subscriptions().unsubscribe(target, session);
        }
        return answer;
    }

    CallResult unsubscribe(ResolvedTarget target, Message.Request request, InFlightRequest flight) {
        servers.subscriptions().unsubscribe(target, flight.session());
        if (servers.subscriptions().hasOtherSubscribers(target, flight.session()) && flight.claim()) {
            return emptyResult(request);
        }
        var answer = servers.dispatcher().dispatch(target, request, flight, flight.responder()::sendRelated);
        servers.subscriptions().resubscribeIfWanted(target);
        return answer;
    }

    private static CallResult emptyResult(Message.Request request) {
        return CallResult.Replied.local(JsonRpcWriter.result(request.id(), "{}"));
    }
}
