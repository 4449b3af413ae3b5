package com.kruxos.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.ColonPrefixSqlParser;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares our parser with that of JDBI. */
class SqlParameterParserTest {
    private static final StatementContext CONTEXT = context();

    private final SqlParser jdbiParser = new ColonPrefixSqlParser();
    private final SqlParser parser = new SqlParameterParser();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "SELECT a FROM b WHERE c = :c AND d=:d_1",
                "SELECT a FROM b WHERE c = ? AND d IN (?, ?)",
                "SELECT ':no' || :yes || '?' || \"col:on\" FROM b",
                "SELECT 'it''s :no' WHERE x = :x",
                "SELECT \"col\"\":no\" WHERE x = :x",
                "SELECT 1 /* :no ? */ WHERE x = :x",
                "SELECT 1 /* :no\n ? */ WHERE x = :x",
                "SELECT 1 /* ' */ WHERE x = :x AND y = ' -- ' AND z = :z",
                "INSERT INTO a (b, c) VALUES (:b, :c)",
                "SELECT max(a) >= 3 AND b % 2 < :c\n  -- and :no\n  AND d = :d",
                "SELECT 1 WHERE a = :b AND c=:b",
            })
    void parametersAreParsedAsByJdbi(String sql) {
        assertSame(sql);
    }

    @Test
    void everyStatementInTheSourcesIsParsedAsByJdbi() throws Exception {
        var statements = SourceStatement.all();
        assertThat(statements).hasSizeGreaterThan(60);
        statements.forEach(statement -> assertSame(statement.sql()));
    }

    private void assertSame(String sql) {
        assertThat(parse(parser, sql)).as(sql).isEqualTo(parse(jdbiParser, sql));
    }

    private static List<Object> parse(SqlParser parser, String sql) {
        var parsed = parser.parse(sql, CONTEXT);
        return List.of(
                parsed.getSql(),
                parsed.getParameters().getParameterNames(),
                parsed.getParameters().isPositional(),
                parsed.getParameters().getParameterCount());
    }

    static StatementContext context() {
        try (var handle = Jdbi.create("jdbc:sqlite::memory:").open();
                var query = handle.createQuery("SELECT 1")) {
            return query.getContext();
        }
    }
}
