package com.kruxos.tokenapi;

import com.kruxos.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code Idempotency-Key}: what was created once is not created again when the answer was lost. The second answer names
 * what was made, and never shows a key again. Safe for any thread.
 */
final class Replays {
    static final String HEADER = "Idempotency-Key";

    private static final Logger LOG = LoggerFactory.getLogger(Replays.class);
    private static final int LONGEST = 255;

    private final ReplayTable table;
    private final Function<byte[], String> digest;

    /** @param digest keyed: bodies may hold little that is hard to guess */
    Replays(ReplayTable table, Function<byte[], String> digest) {
        this.table = table;
        this.digest = digest;
    }

    /** Acts, unless it was done before with the same key. */
    Reply once(Request request, Route route, Ask ask, Supplier<Reply> act) {
        var keys = request.getHeaders().getValuesList(HEADER);
        if (!route.creates() || keys.isEmpty()) {
            return act.get();
        }
        var principal = ask.who().key();
        var key = digest(key(keys));
        return switch (table.claim(principal, key, digest(asked(request, ask)), ask.now())) {
            case ReplayTable.Claim.Fresh _ -> act(principal, key, act);
            case ReplayTable.Claim.Used used -> replayed(used, digest(asked(request, ask)));
            case ReplayTable.Claim.Full _ ->
                Reply.problem(Problem.unavailable(
                        "there were too many requests with an " + HEADER + " in a day",
                        "leave the header out, or use fewer"));
        };
    }

    /** A crash in here leaves the key taken, without an id: whether it was made is not known then. */
    private Reply act(String principal, String key, Supplier<Reply> act) {
        Reply reply;
        try {
            reply = act.get();
        } catch (RuntimeException e) {
            note(() -> table.release(principal, key));
            throw e;
        }
        note(() -> {
            if (reply.made().isEmpty()) {
                table.release(principal, key);
            } else {
                table.made(principal, key, reply.made());
            }
        });
        return reply;
    }

    /** What was made may hold a key that is shown only now: it must not be lost because this could not be noted. */
    private static void note(Runnable change) {
        try {
            change.run();
        } catch (JdbiException e) {
            LOG.warn("the end of a request with an {} could not be kept", HEADER, e);
        }
    }

    private static Reply replayed(ReplayTable.Claim.Used used, String asked) {
        if (!used.request().equals(asked)) {
            return Reply.problem(new Problem(
                    422,
                    "key-reused",
                    "Another request with the same key",
                    "this " + HEADER + " came with another request before",
                    "make a new key for every new request"));
        }
        var made = used.made();
        return made == null
                ? Reply.problem(new Problem(
                        409,
                        "under-way",
                        "Not known to be done",
                        "a request with this " + HEADER + " is under way, or was cut short",
                        "look whether it was made before you ask again with another key"))
                : Reply.replayed(
                        new Problem(
                                409,
                                "replayed",
                                "Done before",
                                "this was made before with the same " + HEADER,
                                "id names it; a key it came with is not shown again"),
                        made);
    }

    private static String key(List<String> given) {
        var key = given.getFirst();
        if (given.size() == 1 && key.length() <= LONGEST && key.matches("[\\x21-\\x7e]+")) {
            return key;
        }
        throw Unacceptable.invalid(
                "the " + HEADER + " is not one word of at most " + LONGEST + " visible ASCII characters",
                "use a random UUID");
    }

    private static String asked(Request request, Ask ask) {
        return request.getMethod()
                + ' '
                + request.getHttpURI().getPathQuery()
                + '\n'
                + new String(ask.octets(), StandardCharsets.ISO_8859_1);
    }

    private String digest(String text) {
        return digest.apply(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
