package com.kruxos.identity;

import com.kruxos.result.Ids;
import com.kruxos.result.Result;
import com.kruxos.store.Database;
import com.kruxos.store.SqlTime;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The Spaces of this appliance. Safe for any thread. */
public final class Spaces {
    /** The name of the Space that every new home has. */
    public static final String DEFAULT_NAME = "default";

    private static final RowMapper<Space> ROW_MAPPER =
            (row, context) -> new Space(row.getString("id"), row.getString("name"), SqlTime.read(row, "created_at"));

    private final Database database;
    private final InstantSource clock;

    public Spaces(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Creates an empty Space; refused when the name is invalid or taken. */
    public Result<Space> create(String name) {
        return NameRules.<Space>checkName(name).orElseGet(() -> database.write(handle -> insert(handle, name)));
    }

    public Optional<Space> find(String nameOrId) {
        return database.read(handle -> select(handle, nameOrId));
    }

    /**
     * A CLI command for something in this Space (an id): ends in {@code --space NAME}, except for the default Space.
     */
    public String cliCommand(String command, String space) {
        return command + cliOption(space);
    }

    /** The end of such a command: a space and {@code --space NAME}, or nothing. Constant for a Space. */
    public String cliOption(String space) {
        var name = find(space).map(Space::name).orElse(DEFAULT_NAME);
        return name.equals(DEFAULT_NAME) ? "" : " --space " + name;
    }

    /** All Spaces, sorted by name. */
    public List<Space> list() {
        return database.read(handle -> handle.createQuery("select id, name, created_at from space order by name")
                .map(ROW_MAPPER)
                .list());
    }

    /** Deletes an empty Space. Refused while it has agents: {@link Agents#removeAll} first. */
    public Result<Space> delete(String id) {
        return database.write(handle -> {
            var space = select(handle, id);
            if (space.isEmpty()) {
                return Result.notFound("there is no such Space", "kruxos space list shows them");
            }
            if (countAgents(handle, space.get().id()) > 0) {
                return Result.conflict("an agent was added to the Space in the meantime", "delete the Space again");
            }
            handle.execute("delete from space where id = ?", space.get().id());
            return Result.done(space.get());
        });
    }

    private Result<Space> insert(Handle handle, String name) {
        if (select(handle, name).isPresent()) {
            return Result.conflict("there is a Space named " + name + " already", "choose another name");
        }
        var space = new Space(Ids.newId("spc"), name, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        handle.execute(
                "insert into space (id, name, created_at) values (?, ?, ?)",
                space.id(),
                name,
                SqlTime.micros(space.created()));
        return Result.done(space);
    }

    private static Optional<Space> select(Handle handle, String nameOrId) {
        return handle.createQuery("select id, name, created_at from space where id = :key or name = :key")
                .bind("key", nameOrId)
                .map(ROW_MAPPER)
                .findOne();
    }

    private static int countAgents(Handle handle, String space) {
        return handle.createQuery("select count(*) from agent where space_id = :space_id")
                .bind("space_id", space)
                .mapTo(Integer.class)
                .one();
    }
}
