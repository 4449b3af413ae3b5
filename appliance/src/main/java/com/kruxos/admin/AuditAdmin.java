package com.kruxos.admin;

import com.kruxos.audit.AuditLog;
import com.kruxos.audit.AuditQuery;
import com.kruxos.audit.AuditRecord;
import com.kruxos.audit.VerificationResult;
import java.time.Duration;
import java.util.List;

/** Reads the audit log. */
public final class AuditAdmin {
    private final AuditLog audit;

    AuditAdmin(AuditLog audit) {
        this.audit = audit;
    }

    /** In ascending order of their sequence numbers. */
    public List<AuditRecord> query(AuditQuery query) {
        return audit.query(query);
    }

    /** Waits for a record after {@code seq}; returns false on timeout. */
    public boolean awaitAfter(long seq, Duration atMost) {
        return audit.awaitRecordAfter(seq, atMost);
    }

    /** A keyed digest: equal bytes have equal digests in this home, and the digest says nothing elsewhere. */
    public String digest(byte[] bytes) {
        return audit.digest(bytes, 0, bytes.length);
    }

    public VerificationResult verify() {
        return audit.verify();
    }
}
