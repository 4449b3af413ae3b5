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
    /** The name of the one that is made with every new home. */
    public static final String DEFAULT_NAME = "default";

    private static final RowMapper<Space> ROW_MAPPER =
            (row, context) -> new Space(row.getString("id"), row.getString("name"), SqlTime.read(row, "created_at"));

    private final Database database;
    private final InstantSource clock;

    public Spaces(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Makes an empty Space; refused when the name is not one or is taken. */
    public Result<Space> create(String name) {
        return NameRules.<Space>checkName(name).orElseGet(() -> database.write(handle -> insert(handle, name)));
    }

    public Optional<Space> find(String nameOrId) {
        return database.read(handle -> select(handle, nameOrId));
    }

    /** A command as a person types it about something in this Space (an id): of the default none needs to be said. */
    public String cliCommand(String command, String space) {
        return command + cliOption(space);
    }

    /**
     * What such a command ends with: nothing, or a space and {@code --space NAME}. Stays the same for a Space's life.
     */
    public String cliOption(String space) {
        var name = find(space).map(Space::name).orElse(DEFAULT_NAME);
        return name.equals(DEFAULT_NAME) ? "" : " --space " + name;
    }

    /** All Spaces by name. */
    public List<Space> list() {
        return database.read(handle -> handle.createQuery("select id, name, created_at from space order by name")
                .map(ROW_MAPPER)
                .list());
    }

    /**
     * Forgets an empty Space. Its agents must be gone ({@link Agents#removeAll}): a Space that still has some is left
     * alone.
     */
    public Result<Space> delete(String id) {
        return database.write(handle -> {
            var space = select(handle, id);
            if (space.isEmpty()) {
                return Result.notFound("there is no such Space", "kruxos space list shows them");
            }
            if (countAgents(handle, space.get().id()) > 0) {
                return Result.conflict("an agent was added to the Space meanwhile", "delete the Space again");
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
