package com.kruxos.store;

import java.util.regex.Pattern;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.ParsedSql;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.TemplateEngine;

/**
 * Finds {@code :name} and {@code ?} in our SQL outside of quotes and comments, and supports no templates. A doubled
 * quote is read as the end of one string and the start of the next, which has the same effect. JDBI's own parser and
 * templates are generated grammars of about a hundred classes.
 */
final class SqlParameterParser implements SqlParser {
    private static final Pattern TOKEN = Pattern.compile("""
            '[^']*+'|"[^"]*+"|--[^\\n]*+|/\\*(?s:.*?)\\*/|(?<name>:[A-Za-z_][A-Za-z0-9_]*+)|(?<position>\\?)""");

    /** A JDBI that uses this parser. */
    static Jdbi createJdbi(ConnectionFactory connections) {
        return Jdbi.create(connections)
                .configure(
                        SqlStatements.class,
                        statements -> statements
                                .setSqlParser(new SqlParameterParser())
                                .setTemplateEngine(TemplateEngine.NOP));
    }

    @Override
    public ParsedSql parse(String sql, StatementContext context) {
        var parsed = ParsedSql.builder();
        var parts = TOKEN.matcher(sql);
        var done = 0;
        while (parts.find()) {
            var name = parts.group("name");
            if (name != null || parts.group("position") != null) {
                parsed.append(sql.substring(done, parts.start()));
                if (name == null) {
                    parsed.appendPositionalParameter();
                } else {
                    parsed.appendNamedParameter(name.substring(1));
                }
                done = parts.end();
            }
        }
        return parsed.append(sql.substring(done)).build();
    }

    @Override
    public String nameParameter(String raw, StatementContext context) {
        return ":" + raw;
    }
}
