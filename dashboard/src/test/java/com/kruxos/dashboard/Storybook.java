package com.kruxos.dashboard;

import com.kruxos.dashboard.agent.AgentStateLabel;
import com.kruxos.dashboard.agent.NewAgentPage;
import com.kruxos.dashboard.error.ErrorPage;
import com.kruxos.dashboard.home.LiveRegion;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.page.RenderedPage;
import com.kruxos.dashboard.page.StatusLevel;
import com.kruxos.dashboard.signin.SignInPage;
import com.kruxos.dashboard.signin.WelcomePage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Every page and every part: rich, empty, in trouble, hostile and endless. */
final class Storybook {
    private final PageRenderer pages = PageRenderer.create();
    private final List<Story> stories = new ArrayList<>();

    static List<Story> stories() {
        var book = new Storybook();
        book.signInPages();
        book.homePages();
        book.agentLists();
        book.agentPages();
        book.accountAndErrorPages();
        book.liveRegions();
        return List.copyOf(book.stories);
    }

    private void add(String name, Function<SampleData, RenderedPage> page) {
        add(name, TextVariant.FRIENDLY, true, page);
    }

    private void addVariants(String name, Function<SampleData, RenderedPage> page) {
        for (var voice : TextVariant.values()) {
            add(name + "-" + voice.name().toLowerCase(Locale.ROOT), voice, true, page);
        }
    }

    private void add(String name, TextVariant voice, boolean whole, Function<SampleData, RenderedPage> page) {
        stories.add(new Story(name.replace("-friendly", ""), voice, whole, () -> page.apply(new SampleData(voice))));
    }

    private void signInPages() {
        add("sign-in", data -> pages.signIn(data.signedOutLayout(), new SignInPage("", "/agents", null)));
        addVariants(
                "sign-in-again",
                data -> pages.signIn(
                        data.signedOutLayout(),
                        new SignInPage(
                                data.variant().apply("maria"),
                                "//evil.example",
                                "The name or the passphrase is wrong.")));
        add("welcome", data -> pages.welcome(data.signedOutLayout(), new WelcomePage("0nce", "maria", true, null)));
        add(
                "welcome-reset",
                data -> pages.welcome(
                        data.signedOutLayout(),
                        new WelcomePage("0nce", "maria", false, "The two passphrases are not the same.")));
    }

    private void homePages() {
        for (var level : List.of(StatusLevel.GREEN, StatusLevel.YELLOW, StatusLevel.RED)) {
            addVariants(
                    "home-" + level.name().toLowerCase(Locale.ROOT),
                    data -> pages.home(data.layout(NavigationItem.HOME, level), data.home(level)));
        }
        add("home-new", data -> pages.home(data.layout(NavigationItem.HOME, StatusLevel.GREEN), data.emptyHome()));
    }

    private void agentLists() {
        addVariants(
                "agents",
                data -> pages.agentList(
                        data.layout(NavigationItem.AGENTS, StatusLevel.YELLOW, data.done(), data.problem()),
                        data.agents()));
        add(
                "agents-new",
                data -> pages.agentList(
                        data.layout(NavigationItem.AGENTS, StatusLevel.GREEN), data.emptyAgentList("")));
        addVariants(
                "agents-none",
                data -> pages.agentList(
                        data.layout(NavigationItem.AGENTS, StatusLevel.GREEN),
                        data.emptyAgentList(data.variant().apply("crawler"))));
        add(
                "agent-make",
                data -> pages.newAgent(
                        data.layout(NavigationItem.AGENTS, StatusLevel.GREEN),
                        new NewAgentPage("", "", "work", "", List.of("default", "work"), null)));
        addVariants(
                "agent-make-again",
                data -> pages.newAgent(
                        data.layout(NavigationItem.AGENTS, StatusLevel.GREEN),
                        new NewAgentPage(
                                "Build Bot",
                                data.variant().apply("Builds"),
                                "work",
                                "2027-01-31",
                                List.of("default", data.variant().apply("work")),
                                data.variant().apply("A name has lower-case letters, digits and hyphens."))));
        add(
                "agent-key",
                data -> pages.newKey(
                        data.layout(NavigationItem.AGENTS, StatusLevel.GREEN), data.newKey(SampleData.key())));
    }

    private void agentPages() {
        for (var state : AgentStateLabel.values()) {
            var name = "agent-" + state.name().toLowerCase(Locale.ROOT);
            add(name, data -> pages.agent(data.layout(NavigationItem.AGENTS, StatusLevel.GREEN), data.agent(state)));
        }
        for (var voice : List.of(TextVariant.HOSTILE, TextVariant.ENDLESS)) {
            add(
                    "agent-" + voice.name().toLowerCase(Locale.ROOT),
                    voice,
                    true,
                    data -> pages.agent(
                            data.layout(NavigationItem.AGENTS, StatusLevel.GREEN), data.agent(AgentStateLabel.ACTIVE)));
        }
        add(
                "agent-new",
                data -> pages.agent(
                        data.layout(NavigationItem.AGENTS, StatusLevel.GREEN),
                        data.newAgent("The name that was typed is not the agent's.")));
    }

    private void accountAndErrorPages() {
        addVariants(
                "account",
                data -> pages.account(data.layout(NavigationItem.ACCOUNT, StatusLevel.GREEN), data.account()));
        addVariants(
                "failure",
                data -> pages.error(
                        data.layout(NavigationItem.NONE, StatusLevel.RED),
                        new ErrorPage(
                                404,
                                "There is no such page",
                                data.variant().apply("/agents/agt_gone"),
                                "It may have been revoked.")));
        add(
                "failure-outside",
                data -> pages.error(
                        data.signedOutLayout(),
                        new ErrorPage(
                                403,
                                "That did not come from this page",
                                "The form is too old.",
                                "Load the page again.")));
    }

    private void liveRegions() {
        Arrays.stream(LiveRegion.values()).forEach(part -> {
            for (var voice : TextVariant.values()) {
                add(
                        "part-" + part.id() + "-" + voice.name().toLowerCase(Locale.ROOT),
                        voice,
                        false,
                        data -> pages.liveRegion(part, data.home(StatusLevel.RED)));
            }
        });
    }
}
