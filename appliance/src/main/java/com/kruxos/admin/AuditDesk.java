package com.kruxos.admin;

import com.kruxos.audit.Audit;
import com.kruxos.audit.Leaf;
import com.kruxos.audit.Query;
import com.kruxos.audit.Verification;
import java.time.Duration;
import java.util.List;

/** Reading the record. */
public final class AuditDesk {
    private final Audit audit;

    AuditDesk(Audit audit) {
        this.audit = audit;
    }

    /** The leaves that are asked for, in order of their numbers. */
    public List<Leaf> query(Query query) {
        return audit.query(query);
    }

    /** Waits until there is a record after {@code seq}; says whether there is one. */
    public boolean awaitAfter(long seq, Duration atMost) {
        return audit.awaitAfter(seq, atMost);
    }

    /** The keyed digest of some bytes: tells in this home, and nowhere else, whether two are alike. */
    public String digest(byte[] bytes) {
        return audit.digest(bytes, 0, bytes.length);
    }

    public Verification verify() {
        return audit.verify();
    }
}
