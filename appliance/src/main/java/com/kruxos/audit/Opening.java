package com.kruxos.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What opening the file gave.
 *
 * @param trouble null unless the disk was full
 */
record Opening(
        Ledger ledger,
        Reader reader,
        Reserve reserve,
        Spool spool,
        @Nullable Trouble trouble) {
    static Opening of(Path file, InstantSource clock) {
        var reserve = new Reserve(file);
        try {
            return open(file, reserve, clock, null);
        } catch (SQLException | RuntimeException e) {
            var trouble = Trouble.of(e, file);
            if (trouble.room() && reserve.release()) {
                return again(file, reserve, clock, trouble);
            }
            throw cannot(file, e);
        }
    }

    private static Opening again(Path file, Reserve reserve, InstantSource clock, Trouble trouble) {
        try {
            return open(file, reserve, clock, trouble);
        } catch (SQLException | RuntimeException e) {
            throw cannot(file, e);
        }
    }

    private static Opening open(Path file, Reserve reserve, InstantSource clock, @Nullable Trouble trouble)
            throws SQLException {
        var ledger = Ledger.open(file, clock);
        var reader = new Reader(file);
        try {
            // Its connection stays open, so that the log is not deleted when the writer closes its own to begin anew.
            reader.open();
            if (trouble == null) {
                reserve.growLog();
                reserve.make();
            }
        } catch (IOException e) {
            // Little room; health says so, for the ballast is missing too.
        } catch (RuntimeException e) {
            reader.close();
            ledger.close();
            throw e;
        }
        return new Opening(ledger, reader, reserve, Spool.beside(file, ledger.unclosed()), trouble);
    }

    private static RuntimeException cannot(Path file, Exception failure) {
        return failure instanceof RuntimeException known
                ? known
                : new CannotOpenAudit(file, "check the file, its folder and the disk", failure);
    }
}
