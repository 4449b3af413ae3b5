package com.kruxos.server;

import com.kruxos.rpc.Id;
import com.kruxos.rpc.Message;
import com.kruxos.session.Back;
import com.kruxos.transport.Failure;
import com.kruxos.transport.Outgoing;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One request of ours that a server has not answered yet. One thread waits in {@link #await}; any thread may complete
 * it, once.
 */
final class Exchange {
    /** How an exchange ends. */
    sealed interface End {
        record Reply(Message.Reply message) implements End {}

        /** The process went away after the request had, or may have, gone out. */
        record Lost(String why) implements End {}

        /** The request never went out. */
        record Refused(String why) implements End {}

        record Withdrawn() implements End {}

        /** The server took nothing, or may have, as the failure says. */
        record Failed(Failure failure) implements End {}

        record TimedOut(String why) implements End {}
    }

    private final Id id;
    private final Deadlines deadlines;
    private final @Nullable News news;
    private final @Nullable Back aside;
    private volatile @Nullable End end;
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Limits limits;
    private volatile long lastSign = System.nanoTime();

    /** What the server asked the agent because of it, and nobody has answered: what to do when it ends. */
    private final Set<Runnable> questions = new HashSet<>();

    Exchange(Id id, Deadlines deadlines, @Nullable News news, @Nullable Back aside) {
        this.id = id;
        this.deadlines = deadlines;
        this.news = news;
        this.aside = aside;
    }

    Id id() {
        return id;
    }

    /** How the agent that caused it can be asked something; absent for what is ours. */
    @Nullable
    Back aside() {
        return aside;
    }

    /** Ends it; the first end counts. */
    boolean complete(End how) {
        List<Runnable> unanswered;
        synchronized (this) {
            if (end != null) {
                return false;
            }
            end = how;
            unanswered = List.copyOf(questions);
            questions.clear();
            var waiting = waiter;
            if (waiting != null) {
                LockSupport.unpark(waiting);
            }
        }
        unanswered.forEach(Runnable::run);
        return true;
    }

    /**
     * The server has asked the agent something because of it. Until {@link #answered} it may be silent: it waits for a
     * person.
     *
     * @param abandoned called when it ends before, at once when it has; must not wait
     */
    void asks(Runnable abandoned) {
        synchronized (this) {
            if (end == null) {
                questions.add(abandoned);
                return;
            }
        }
        abandoned.run();
    }

    /** A question of {@link #asks} is closed: it is the server's turn again. */
    synchronized void answered(Runnable abandoned) {
        if (questions.remove(abandoned)) {
            lastSign = System.nanoTime();
        }
    }

    private synchronized boolean waitsForAnswer() {
        return !questions.isEmpty();
    }

    /** The server says something about it: the time limit begins anew. Nothing is passed on once it has ended. */
    synchronized void news(Message.Notification notification) {
        lastSign = System.nanoTime();
        if (news != null && end == null) {
            news.report(notification);
        }
    }

    /** A request of our own under this exchange, which nobody withdraws. */
    Outgoing carrying(byte[] request) {
        return new Outgoing() {
            @Override
            public byte[] bytes() {
                return request;
            }

            @Override
            public void failed(Failure failure) {
                complete(new End.Failed(failure));
            }
        };
    }

    /**
     * Waits for the end.
     *
     * @param silence how long the server may say nothing about it
     * @param longest how long it may take at all
     */
    End await(Duration silence, Duration longest) {
        var now = System.nanoTime();
        limits = new Limits(silence, longest, now);
        waiter = Thread.currentThread();
        deadlines.watch(this);
        var interrupted = false;
        try {
            var how = end;
            while (how == null) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
                how = end;
            }
            return how;
        } finally {
            deadlines.forget(this);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ends it when it is late. */
    void look(long now) {
        var bounds = limits;
        if (bounds == null) {
            return;
        }
        if (now - bounds.started >= bounds.longest.toNanos()) {
            complete(new End.TimedOut("no answer within " + bounds.longest.toSeconds() + " s"));
        } else if (now - lastSign >= bounds.silence.toNanos() && !waitsForAnswer()) {
            complete(new End.TimedOut("no sign of life for " + bounds.silence.toSeconds() + " s"));
        }
    }

    private record Limits(Duration silence, Duration longest, long started) {}
}
