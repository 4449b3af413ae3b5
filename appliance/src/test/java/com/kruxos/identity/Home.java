package com.kruxos.identity;

import com.kruxos.store.Database;
import com.kruxos.store.Schema;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A database on disk with everything of this package open on it; {@link #restart} opens it anew from the file. */
final class Home implements AutoCloseable {
    private static final Schema SCHEMA = new Schema(
            Database.class, Database.APPLICATION, List.of("002-identity.sql", "004-api.sql", "006-operator.sql"));

    final FakeClock clock = new FakeClock();
    private final Path file;
    Database database;
    Spaces spaces;
    Agents agents;
    UserTokens tokens;
    Operators operators;

    Home(Path folder) {
        file = folder.resolve("kruxos.db");
        database = Database.open(file, SCHEMA);
        spaces = new Spaces(database, clock);
        agents = Agents.open(database, pepper(), clock);
        tokens = UserTokens.open(database, pepper(), clock);
        operators = Operators.open(database, pepper(), clock);
    }

    void restart() {
        database.close();
        database = Database.open(file, SCHEMA);
        spaces = new Spaces(database, clock);
        agents = Agents.open(database, pepper(), clock);
        tokens = UserTokens.open(database, pepper(), clock);
        operators = Operators.open(database, pepper(), clock);
    }

    String space() {
        return spaces.find(Spaces.DEFAULT)
                .or(() -> spaces.list().stream().findFirst())
                .orElseGet(() -> done(spaces.create(Spaces.DEFAULT)))
                .id();
    }

    Issued agent(String name) {
        return done(agents.create(new NewAgent(space(), name, "", null)));
    }

    static <T> T done(Answer<T> answer) {
        return switch (answer) {
            case Answer.Done<T>(var value) -> value;
            case Answer.Refused<T>(var reason, var detail, var hint) ->
                throw new AssertionError(reason + ": " + detail + " (" + hint + ")");
        };
    }

    static <T> Answer.Reason refused(Answer<T> answer) {
        return switch (answer) {
            case Answer.Done<T>(var value) -> throw new AssertionError("was not refused: " + value);
            case Answer.Refused<T> refused -> refused.reason();
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
