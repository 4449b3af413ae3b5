package com.kruxos.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The SQL in our sources: quoted text that begins like a statement.
 *
 * @param file the source file
 * @param complete false for a piece of a statement that is put together at run time
 */
record SourceStatement(Path file, String sql, boolean complete) {
    private static final Pattern LITERAL = Pattern.compile("""
            (?<joined>\\+\\s*)?(?:\"\"\"(?<block>(?s:.*?))\"\"\"|"(?<line>(?:[^"\\\\\\n]|\\\\.)*)")(?<open>\\s*\\+)?""");

    static List<SourceStatement> all() throws IOException {
        var statements = new ArrayList<SourceStatement>();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                LITERAL.matcher(Files.readString(file)).results().forEach(found -> {
                    var sql = found.group("block") == null ? found.group("line") : found.group("block");
                    if (sql.matches("(?s)\\s*(select|insert into|update \\w+ set|delete from)\\s.*")) {
                        statements.add(new SourceStatement(
                                file, sql.strip(), found.group("joined") == null && found.group("open") == null));
                    }
                });
            }
        }
        return statements;
    }
}
