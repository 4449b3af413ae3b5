package com.kruxos.tokenapi;

import com.kruxos.admin.AuditDesk;
import com.kruxos.audit.Leaf;
import com.kruxos.audit.Query;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.RawValue;

/** {@code /audit} */
final class AuditRoutes {
    private static final int LONGEST_WAIT = 20;
    private static final long LAST = 999_999_999_999_999_999L;

    private final AuditDesk audit;

    AuditRoutes(AuditDesk audit) {
        this.audit = audit;
    }

    /** With {@code wait}, an empty answer comes only after that many seconds without a record. */
    Reply query(Ask ask) {
        var after = ask.number("after", LAST);
        var wait = ask.number("wait", LONGEST_WAIT);
        if (wait.isPresent() && after.isEmpty()) {
            throw Unacceptable.invalid("wait without after", "say after which record you want to wait");
        }
        var query = new Query(
                boxed(after),
                boxed(ask.number("before", LAST)),
                Page.limit(ask),
                ask.query("agent").orElse(null),
                ask.query("kind").orElse(null),
                ask.query("principal").orElse(null));
        if (wait.isPresent()) {
            audit.awaitAfter(after.orElse(0), Duration.ofSeconds(wait.getAsLong()));
        }
        var leaves = audit.query(query);
        var json = Views.object();
        var items = json.putArray("items");
        leaves.forEach(leaf -> items.addRawValue(new RawValue(leaf.json())));
        if (leaves.size() == query.limit()) {
            json.put(
                    "next",
                    Long.toString(leaves.stream().mapToLong(Leaf::seq).max().orElse(0)));
        }
        return Reply.ok(json);
    }

    Reply verify(Ask ask) {
        var found = audit.verify();
        var json = Views.object().put("ok", found.ok()).put("records", found.records());
        json.put("head", found.head());
        return Reply.ok(json);
    }

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
