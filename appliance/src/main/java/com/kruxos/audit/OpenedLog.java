package com.kruxos.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an opened log.
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
            var failure = WriteFailure.of(e, file);
            if (failure.freeingSpaceMayHelp() && reserve.releaseBallast()) {
                return retryOpen(file, reserve, clock, failure);
            }
            throw openFailure(file, e);
        }
    }

    private static OpenedLog retryOpen(Path file, DiskReserve reserve, InstantSource clock, WriteFailure failure) {
        try {
            return open(file, reserve, clock, failure);
        } catch (SQLException | RuntimeException e) {
            throw openFailure(file, e);
        }
    }

    private static OpenedLog open(Path file, DiskReserve reserve, InstantSource clock, @Nullable WriteFailure failure)
            throws SQLException {
        var store = AuditStore.open(file, clock);
        var reader = new AuditReader(file);
        try {
            // Its connection stays open, so that SQLite does not delete the log when the writer closes its own
            // connection to open another.
            reader.open();
            if (failure == null) {
                reserve.preallocateLog();
                reserve.createBallast();
            }
        } catch (IOException e) {
            // Not enough space. Health reports it, because the ballast is missing, too.
        } catch (RuntimeException e) {
            reader.close();
            store.close();
            throw e;
        }
        return new OpenedLog(store, reader, reserve, Spool.openOrCreate(file, store.openIntents()), failure);
    }

    private static RuntimeException openFailure(Path file, Exception failure) {
        return failure instanceof RuntimeException known
                ? known
                : new AuditOpenFailed(file, "check the file, its folder and the disk", failure);
    }
}
