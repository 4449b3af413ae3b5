package com.kruxos.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every command uses: the API behind the chosen home, and the ways to say something. One thread. */
final class Shell {
    private final World world;
    private final Globals globals;
    private @Nullable Api api;

    Shell(World world, Globals globals) {
        this.world = world;
        this.globals = globals;
    }

    World world() {
        return world;
    }

    boolean json() {
        return globals.json();
    }

    Home home() {
        return Home.of(world, globals.home());
    }

    Api api() {
        if (api == null) {
            var token = world.variable("KRUXOS_USER_TOKEN");
            var url = url();
            api = url == null ? new Api(new Place.Socket(home().socket()), token) : byPort(url, token);
        }
        return api;
    }

    /** {@code --url}; else KRUXOS_URL, unless {@code --home} names the one that is meant. */
    private @Nullable String url() {
        if (globals.url() != null && globals.home() != null) {
            throw Failed.usage("--url and --home may name two appliances", "give one of them");
        }
        return globals.url() != null || globals.home() != null ? globals.url() : world.variable("KRUXOS_URL");
    }

    /** On a port nobody is known by who they are. */
    private static Api byPort(String url, @Nullable String token) {
        var place = Place.of(url);
        if (token == null) {
            throw new Failed(
                    Exit.NOT_AUTHENTICATED,
                    "a URL needs a user token",
                    "make one where the appliance runs, with kruxos user-token create --label L,"
                            + " and put it into KRUXOS_USER_TOKEN");
        }
        return new Api(place, token);
    }

    /** A line of the answer, to standard output. */
    void say(String line) {
        world.out().println(line);
    }

    /** A sentence around the answer, to standard error so that a script's variable stays clean; not with --quiet. */
    void note(String sentence) {
        if (!globals.quiet()) {
            Texts.wrap(Texts.line(sentence), world.width()).forEach(world.err()::println);
        }
    }

    int show(Json answer, Table table, String whenEmpty) {
        if (json()) {
            return showJson(answer);
        }
        var lines = table.lines(world.width());
        if (lines.size() == 1) {
            note(whenEmpty);
        } else {
            lines.forEach(this::say);
        }
        return Exit.DONE;
    }

    int show(Json answer, Fields fields) {
        return json() ? showJson(answer) : show(fields.lines(world.width()));
    }

    /** What was done: the whole answer for a program, a sentence for a person. */
    int done(Json answer, String sentence) {
        if (json()) {
            return showJson(answer);
        }
        note(sentence);
        return Exit.DONE;
    }

    /** A key that exists in clear only now: alone on its line, so that {@code KEY=$(kruxos …)} holds just it. */
    int showOnce(Json answer, String key, String sentence) {
        if (json()) {
            return showJson(answer);
        }
        note(sentence + " It is shown once: keep it now.");
        world.err().flush();
        say(key);
        return Exit.DONE;
    }

    int showJson(Json answer) {
        say(JsonText.indented(answer));
        return Exit.DONE;
    }

    int show(List<String> lines) {
        lines.forEach(this::say);
        return Exit.DONE;
    }

    /** Asks where somebody can answer; elsewhere, and with --yes, the command itself is the answer. */
    void confirm(boolean yes, String question) {
        if (yes || world.prompt().isEmpty()) {
            return;
        }
        var answer = world.prompt().get().line(Texts.line(question) + " [y/N] ");
        if (!answer.strip().equalsIgnoreCase("y") && !answer.strip().equalsIgnoreCase("yes")) {
            throw new Failed(Exit.FAILED, "nothing was changed", "answer y, or give --yes");
        }
    }
}
