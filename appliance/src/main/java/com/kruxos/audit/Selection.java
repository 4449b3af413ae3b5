package com.kruxos.audit;

import org.jspecify.annotations.Nullable;

/**
 * The SQL that finds records: by number alone in the table itself; by principal or kind first in the tables made for
 * that, as far as records are filed, and among the few that are not. Parameters: after, before, limit, principal, kind.
 */
final class Selection {
    private static final String BETWEEN = "seq > :after AND seq < :before";

    private Selection() {}

    static String of(Query query, @Nullable String principal) {
        var order = " ORDER BY seq " + (query.fromTheEnd() ? "DESC" : "ASC") + " LIMIT :limit";
        if (principal == null && query.kind() == null) {
            return "SELECT " + Row.COLUMNS + " FROM record WHERE " + BETWEEN + order;
        }
        var where = BETWEEN
                + (principal == null ? "" : " AND principal = :principal")
                + (query.kind() == null ? "" : " AND kind = :kind");
        var filed = "SELECT seq FROM " + tables(query, principal) + " WHERE " + where + order;
        var unfiled = "SELECT seq FROM record WHERE seq > (SELECT seq FROM filed) AND " + where + order;
        return "SELECT " + Row.COLUMNS + " FROM record WHERE seq IN" + " (SELECT seq FROM (" + filed
                + ") UNION ALL SELECT seq FROM (" + unfiled + "))" + order;
    }

    private static String tables(Query query, @Nullable String principal) {
        if (principal == null) {
            return "by_kind";
        }
        return query.kind() == null ? "by_principal" : "by_principal JOIN by_kind USING (seq)";
    }
}
