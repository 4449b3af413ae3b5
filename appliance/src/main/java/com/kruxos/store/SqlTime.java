package com.kruxos.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times in the database: microseconds since 1970-01-01T00:00Z, the finest unit that both databases store exactly. */
public final class SqlTime {
    private SqlTime() {}

    public static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    public static @Nullable Long nullableMicros(@Nullable Instant time) {
        return time == null ? null : micros(time);
    }

    public static Instant read(ResultSet row, String column) throws SQLException {
        return instant(row.getLong(column));
    }

    public static Instant read(ResultSet row, int column) throws SQLException {
        return instant(row.getLong(column));
    }

    public static @Nullable Instant readNullable(ResultSet row, String column) throws SQLException {
        var micros = row.getLong(column);
        return row.wasNull() ? null : instant(micros);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
