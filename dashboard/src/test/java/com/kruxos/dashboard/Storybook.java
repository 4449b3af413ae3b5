package com.kruxos.dashboard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Every page and every part: rich, empty, in trouble, hostile and endless. */
final class Storybook {
    private final Pages pages = Pages.create();
    private final List<Story> stories = new ArrayList<>();

    static List<Story> stories() {
        var book = new Storybook();
        book.doors();
        book.homes();
        book.agents();
        book.oneAgent();
        book.others();
        book.parts();
        return List.copyOf(book.stories);
    }

    private void tell(String name, Function<Samples, Rendered> page) {
        tell(name, Voice.FRIENDLY, true, page);
    }

    private void tellAll(String name, Function<Samples, Rendered> page) {
        for (var voice : Voice.values()) {
            tell(name + "-" + voice.name().toLowerCase(Locale.ROOT), voice, true, page);
        }
    }

    private void tell(String name, Voice voice, boolean whole, Function<Samples, Rendered> page) {
        stories.add(new Story(name.replace("-friendly", ""), voice, whole, () -> page.apply(new Samples(voice))));
    }

    private void doors() {
        tell("sign-in", data -> pages.signIn(data.outside(), new SignIn("", "/agents", null)));
        tellAll(
                "sign-in-again",
                data -> pages.signIn(
                        data.outside(),
                        new SignIn(
                                data.voice().apply("maria"),
                                "//evil.example",
                                "The name or the passphrase is wrong.")));
        tell("welcome", data -> pages.welcome(data.outside(), new Welcome("0nce", "maria", true, null)));
        tell(
                "welcome-reset",
                data -> pages.welcome(
                        data.outside(), new Welcome("0nce", "maria", false, "The two passphrases are not the same.")));
    }

    private void homes() {
        for (var level : List.of(Level.GREEN, Level.YELLOW, Level.RED)) {
            tellAll(
                    "home-" + level.name().toLowerCase(Locale.ROOT),
                    data -> pages.home(data.frame(Section.HOME, level), data.home(level)));
        }
        tell("home-new", data -> pages.home(data.frame(Section.HOME, Level.GREEN), data.emptyHome()));
    }

    private void agents() {
        tellAll(
                "agents",
                data -> pages.agents(
                        data.frame(Section.AGENTS, Level.YELLOW, data.done(), data.wrong()), data.agents()));
        tell("agents-new", data -> pages.agents(data.frame(Section.AGENTS, Level.GREEN), data.noAgents("")));
        tellAll(
                "agents-none",
                data -> pages.agents(
                        data.frame(Section.AGENTS, Level.GREEN),
                        data.noAgents(data.voice().apply("crawler"))));
        tell(
                "agent-make",
                data -> pages.newAgent(
                        data.frame(Section.AGENTS, Level.GREEN),
                        new NewAgent("", "", "work", "", List.of("default", "work"), null)));
        tellAll(
                "agent-make-again",
                data -> pages.newAgent(
                        data.frame(Section.AGENTS, Level.GREEN),
                        new NewAgent(
                                "Build Bot",
                                data.voice().apply("Builds"),
                                "work",
                                "2027-01-31",
                                List.of("default", data.voice().apply("work")),
                                data.voice().apply("A name has lower-case letters, digits and hyphens."))));
        tell("agent-key", data -> pages.issued(data.frame(Section.AGENTS, Level.GREEN), data.issued(Samples.key())));
    }

    private void oneAgent() {
        for (var state : State.values()) {
            var name = "agent-" + state.name().toLowerCase(Locale.ROOT);
            tell(name, data -> pages.agent(data.frame(Section.AGENTS, Level.GREEN), data.agent(state)));
        }
        for (var voice : List.of(Voice.HOSTILE, Voice.ENDLESS)) {
            tell(
                    "agent-" + voice.name().toLowerCase(Locale.ROOT),
                    voice,
                    true,
                    data -> pages.agent(data.frame(Section.AGENTS, Level.GREEN), data.agent(State.ACTIVE)));
        }
        tell(
                "agent-new",
                data -> pages.agent(
                        data.frame(Section.AGENTS, Level.GREEN),
                        data.newborn("The name that was typed is not the agent's.")));
    }

    private void others() {
        tellAll("account", data -> pages.account(data.frame(Section.ACCOUNT, Level.GREEN), data.account()));
        tellAll(
                "failure",
                data -> pages.failure(
                        data.frame(Section.NONE, Level.RED),
                        new Failure(
                                404,
                                "There is no such page",
                                data.voice().apply("/agents/agt_gone"),
                                "It may have been revoked.")));
        tell(
                "failure-outside",
                data -> pages.failure(
                        data.outside(),
                        new Failure(
                                403,
                                "That did not come from this page",
                                "The form is too old.",
                                "Load the page again.")));
    }

    private void parts() {
        Arrays.stream(Part.values()).forEach(part -> {
            for (var voice : Voice.values()) {
                tell(
                        "part-" + part.id() + "-" + voice.name().toLowerCase(Locale.ROOT),
                        voice,
                        false,
                        data -> pages.part(part, data.home(Level.RED)));
            }
        });
    }
}
