package com.kruxos.server;

import com.kruxos.session.Session;
import java.util.Objects;
import java.util.Optional;

/**
 * Which sessions are subscribed to which resources. Several sessions share one subscription at a shared server: it is
 * told of the first subscriber and of the last one that leaves. Safe for any thread.
 */
public final class ResourceSubscriptions {
    private final InstancePool instances;

    ResourceSubscriptions(InstancePool instances) {
        this.instances = instances;
    }

    /**
     * Subscribes a session, before the server is asked.
     *
     * @param requestedUri the URI that updates are sent under
     * @return false when a limit is reached
     */
    public boolean subscribe(ResolvedTarget target, Session session, String requestedUri) {
        var supervisor = instances.forSession(target.serverId(), session);
        if (supervisor == null) {
            return false;
        }
        var subscriptions = supervisor.desiredState().subscriptions();
        if (!subscriptions.add(target.upstreamName(), session, requestedUri)) {
            return false;
        }
        if (subscriptions.claimSessionEndHook(session)) {
            session.onEnd(() -> onSessionEnded(target.serverId(), supervisor, session));
        }
        return true;
    }

    /** A server that was disabled and enabled has another supervisor by now, with the same subscriptions. */
    private void onSessionEnded(String serverId, ServerSupervisor subscribedAt, Session session) {
        var then = subscribedAt.desiredState();
        var now = Objects.requireNonNullElse(instances.findShared(serverId), subscribedAt)
                .desiredState();
        (now.subscriptions() == then.subscriptions() ? now : then).onSessionEnded(session);
    }

    /** The server has accepted the subscription. */
    public void confirm(ResolvedTarget target, Session session) {
        find(target, session).ifPresent(subscriptions -> subscriptions.confirm(target.upstreamName(), session));
    }

    public void unsubscribe(ResolvedTarget target, Session session) {
        find(target, session).ifPresent(subscriptions -> subscriptions.remove(target.upstreamName(), session));
    }

    /** Whether the server has confirmed the subscription of another session, so that it need not be told. */
    public boolean hasOtherSubscribers(ResolvedTarget target, Session session) {
        return find(target, session)
                .filter(subscriptions -> subscriptions.isConfirmedForOthers(target.upstreamName(), session))
                .isPresent();
    }

    private Optional<Subscriptions> find(ResolvedTarget target, Session session) {
        return Optional.ofNullable(instances.forSession(target.serverId(), session))
                .map(supervisor -> supervisor.desiredState().subscriptions());
    }

    /** Subscribes again when a session subscribed while the server was told that there are no subscribers. */
    public void resubscribeIfWanted(ResolvedTarget target) {
        var supervisor = instances.findShared(target.serverId());
        if (supervisor != null) {
            supervisor.desiredState().resubscribeIfWanted(target.upstreamName());
        }
    }
}
