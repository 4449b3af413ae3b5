package com.kruxos.identity;

import com.kruxos.result.Result;
import com.kruxos.store.Database;
import java.nio.file.Path;
import java.util.Arrays;

/** A database on disk with everything of this package open on it; {@link #restart} opens it anew from the file. */
final class IdentityFixture implements AutoCloseable {
    final ManualClock clock = new ManualClock();
    private final Path file;
    ChangeFeed changes = new ChangeFeed();
    Database database;
    Spaces spaces;
    Agents agents;
    UserTokens tokens;
    Operators operators;

    IdentityFixture(Path folder) {
        file = folder.resolve("kruxos.db");
        database = Database.open(file);
        spaces = new Spaces(database, clock);
        agents = Agents.open(database, changes, pepper(), clock);
        tokens = UserTokens.open(database, changes, pepper(), clock);
        operators = Operators.open(database, changes, pepper(), clock);
    }

    void restart() {
        database.close();
        changes = new ChangeFeed();
        database = Database.open(file);
        spaces = new Spaces(database, clock);
        agents = Agents.open(database, changes, pepper(), clock);
        tokens = UserTokens.open(database, changes, pepper(), clock);
        operators = Operators.open(database, changes, pepper(), clock);
    }

    String defaultSpaceId() {
        return spaces.find(Spaces.DEFAULT_NAME)
                .or(() -> spaces.list().stream().findFirst())
                .orElseGet(() -> requireValue(spaces.create(Spaces.DEFAULT_NAME)))
                .id();
    }

    IssuedAgentKey createAgent(String name) {
        return requireValue(agents.create(new NewAgent(defaultSpaceId(), name, "", null)));
    }

    static <T> T requireValue(Result<T> answer) {
        return switch (answer) {
            case Result.Done<T>(var value) -> value;
            case Result.Refused<T>(var reason, var detail, var hint) ->
                throw new AssertionError(reason + ": " + detail + " (" + hint + ")");
        };
    }

    static <T> Result.RefusalReason reasonOf(Result<T> answer) {
        return switch (answer) {
            case Result.Done<T>(var value) -> throw new AssertionError("was not refused: " + value);
            case Result.Refused<T> refused -> refused.reason();
        };
    }

    static byte[] pepper() {
        var pepper = new byte[32];
        Arrays.fill(pepper, (byte) 7);
        return pepper;
    }

    @Override
    public void close() {
        database.close();
    }
}
