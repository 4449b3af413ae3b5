package com.kruxos.admin;

import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditQuery;
import com.kruxos.audit.AuditRecord;
import com.kruxos.audit.VerificationResult;
import java.time.Duration;
import java.util.List;

/** Reading the record. */
public final class AuditAdmin {
    private final AuditLog audit;

    AuditAdmin(AuditLog audit) {
        this.audit = audit;
    }

    /** The leaves that are asked for, in order of their numbers. */
    public List<AuditRecord> query(AuditQuery query) {
        return audit.query(query);
    }

    /** Waits until there is a record after {@code seq}; says whether there is one. */
    public boolean awaitAfter(long seq, Duration atMost) {
        return audit.awaitRecordAfter(seq, atMost);
    }

    /** The keyed digest of some bytes: tells in this home, and nowhere else, whether two are alike. */
    public String digest(byte[] bytes) {
        return audit.digest(bytes, 0, bytes.length);
    }

    public VerificationResult verify() {
        return audit.verify();
    }
}
