package com.kruxos.call;

import com.kruxos.rpc.Message;
import com.kruxos.rpc.Replies;
import com.kruxos.server.Answer;
import com.kruxos.server.Servers;
import com.kruxos.server.Target;
import com.kruxos.session.Flight;

/**
 * How agents follow a resource and leave it. Several sessions may follow one resource of a shared server: that hears of
 * the first and of the last.
 */
final class Following {
    private static final Answer.Down TOO_MANY = new Answer.Down(
            "too_many_subscriptions",
            "too many of this server's resources are followed already",
            "unsubscribe from what you need no longer");

    private final Servers servers;

    Following(Servers servers) {
        this.servers = servers;
    }

    /** Until the server has said yes to one, each is told what it says. */
    Answer subscribe(Target target, Message.Request request, Flight flight) {
        var session = flight.session();
        if (!servers.follow(target, session, String.valueOf(request.params().uri()))) {
            return TOO_MANY;
        }
        var answer = servers.followedByOthers(target, session) && flight.claim()
                ? ours(request)
                : servers.ask(target, request, flight, flight.back()::news);
        if (answer instanceof Answer.Replied replied && !replied.error()) {
            servers.followed(target, session);
        } else {
            servers.unfollow(target, session);
        }
        return answer;
    }

    Answer unsubscribe(Target target, Message.Request request, Flight flight) {
        servers.unfollow(target, flight.session());
        if (servers.followedByOthers(target, flight.session()) && flight.claim()) {
            return ours(request);
        }
        var answer = servers.ask(target, request, flight, flight.back()::news);
        servers.left(target);
        return answer;
    }

    private static Answer ours(Message.Request request) {
        return Answer.Replied.ours(Replies.result(request.id(), "{}"));
    }
}
