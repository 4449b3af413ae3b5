package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * The SQL that selects records: by sequence number in the table itself; by principal or kind in the index tables for
 * indexed records, and in the table for the few that are not indexed. Parameters: after, before, limit, principal,
 * kind.
 */
final class QuerySql {
    private static final String SEQ_RANGE = "seq > :after and seq < :before";

    private QuerySql() {}

    static String of(AuditQuery query, @Nullable String principal) {
        var order = " order by seq " + (query.isNewestFirst() ? "desc" : "asc") + " limit :limit";
        if (principal == null && query.kind() == null) {
            return "select " + AuditRecordRow.COLUMNS + " from record where " + SEQ_RANGE + order;
        }
        var where = SEQ_RANGE
                + (principal == null ? "" : " and principal = :principal")
                + (query.kind() == null ? "" : " and kind = :kind");
        var indexed = "select seq from " + indexTables(query, principal) + " where " + where + order;
        var unindexed = "select seq from record where seq > (select seq from index_state) and " + where + order;
        return "select " + AuditRecordRow.COLUMNS + " from record where seq in (select seq from (" + indexed
                + ") as indexed_part union all select seq from (" + unindexed + ") as unindexed_part)" + order;
    }

    private static String indexTables(AuditQuery query, @Nullable String principal) {
        if (principal == null) {
            return "record_by_kind";
        }
        return query.kind() == null ? "record_by_principal" : "record_by_principal join record_by_kind using (seq)";
    }
}
