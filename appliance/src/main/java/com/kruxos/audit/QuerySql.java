package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * The SQL that finds records: by number alone in the table itself; by principal or kind first in the tables made for
 * that, as far as records are filed, and among the few that are not. Parameters: after, before, limit, principal, kind.
 */
final class QuerySql {
    private static final String SEQ_RANGE = "seq > :after AND seq < :before";

    private QuerySql() {}

    static String of(AuditQuery query, @Nullable String principal) {
        var order = " ORDER BY seq " + (query.isNewestFirst() ? "DESC" : "ASC") + " LIMIT :limit";
        if (principal == null && query.kind() == null) {
            return "SELECT " + AuditRecordRow.COLUMNS + " FROM record WHERE " + SEQ_RANGE + order;
        }
        var where = SEQ_RANGE
                + (principal == null ? "" : " AND principal = :principal")
                + (query.kind() == null ? "" : " AND kind = :kind");
        var filed = "SELECT seq FROM " + indexTables(query, principal) + " WHERE " + where + order;
        var unfiled = "SELECT seq FROM record WHERE seq > (SELECT seq FROM filed) AND " + where + order;
        return "SELECT " + AuditRecordRow.COLUMNS + " FROM record WHERE seq IN" + " (SELECT seq FROM (" + filed
                + ") UNION ALL SELECT seq FROM (" + unfiled + "))" + order;
    }

    private static String indexTables(AuditQuery query, @Nullable String principal) {
        if (principal == null) {
            return "by_kind";
        }
        return query.kind() == null ? "by_principal" : "by_principal JOIN by_kind USING (seq)";
    }
}
