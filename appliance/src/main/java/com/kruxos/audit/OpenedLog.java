package com.kruxos.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * What opening the file gave.
 *
 * @param failure null unless the disk was full
 */
record OpenedLog(
        AuditStore store,
        AuditReader reader,
        DiskReserve reserve,
        Spool spool,
        @Nullable WriteFailure failure) {
    static OpenedLog open(Path file, InstantSource clock) {
        var reserve = new DiskReserve(file);
        try {
            return open(file, reserve, clock, null);
        } catch (SQLException | RuntimeException e) {
            var trouble = WriteFailure.of(e, file);
            if (trouble.freeingSpaceMayHelp() && reserve.releaseBallast()) {
                return retryOpen(file, reserve, clock, trouble);
            }
            throw openFailure(file, e);
        }
    }

    private static OpenedLog retryOpen(Path file, DiskReserve reserve, InstantSource clock, WriteFailure trouble) {
        try {
            return open(file, reserve, clock, trouble);
        } catch (SQLException | RuntimeException e) {
            throw openFailure(file, e);
        }
    }

    private static OpenedLog open(Path file, DiskReserve reserve, InstantSource clock, @Nullable WriteFailure trouble)
            throws SQLException {
        var ledger = AuditStore.open(file, clock);
        var reader = new AuditReader(file);
        try {
            // Its connection stays open, so that the log is not deleted when the writer closes its own to begin anew.
            reader.open();
            if (trouble == null) {
                reserve.preallocateLog();
                reserve.createBallast();
            }
        } catch (IOException e) {
            // Little room; health says so, for the ballast is missing too.
        } catch (RuntimeException e) {
            reader.close();
            ledger.close();
            throw e;
        }
        return new OpenedLog(ledger, reader, reserve, Spool.openOrCreate(file, ledger.openIntents()), trouble);
    }

    private static RuntimeException openFailure(Path file, Exception failure) {
        return failure instanceof RuntimeException known
                ? known
                : new AuditOpenFailed(file, "check the file, its folder and the disk", failure);
    }
}
