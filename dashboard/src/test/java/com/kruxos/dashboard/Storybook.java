package com.kruxos.dashboard;

import com.kruxos.dashboard.agent.AgentStateLabel;
import com.kruxos.dashboard.agent.NewAgentPage;
import com.kruxos.dashboard.error.ErrorPage;
import com.kruxos.dashboard.home.LiveRegion;
import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.layout.NavigationItem;
import com.kruxos.dashboard.layout.Page;
import com.kruxos.dashboard.page.StatusLevel;
import com.kruxos.dashboard.signin.SignInPage;
import com.kruxos.dashboard.signin.WelcomePage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Every page and live region: with data, empty, with problems, and with hostile or overlong texts. */
final class Storybook {
    private final List<Story> stories = new ArrayList<>();

    static List<Story> stories() {
        var book = new Storybook();
        book.signInPages();
        book.homePages();
        book.agentLists();
        book.agentForms();
        book.agentPages();
        book.accountAndErrorPages();
        book.liveRegions();
        return List.copyOf(book.stories);
    }

    private void add(String name, Function<SampleData, Layout> layout, Function<SampleData, Page> page) {
        add(name, TextVariant.FRIENDLY, layout, page);
    }

    private void addVariants(String name, Function<SampleData, Layout> layout, Function<SampleData, Page> page) {
        for (var variant : TextVariant.values()) {
            add(name + suffix(variant), variant, layout, page);
        }
    }

    private void add(
            String name, TextVariant variant, Function<SampleData, Layout> layout, Function<SampleData, Page> page) {
        var data = new SampleData(variant);
        stories.add(new Story(name, variant, true, () -> page.apply(data).render(layout.apply(data))));
    }

    private static String suffix(TextVariant variant) {
        return variant == TextVariant.FRIENDLY ? "" : "-" + variant.name().toLowerCase(Locale.ROOT);
    }

    private static Function<SampleData, Layout> layout(NavigationItem current, StatusLevel level) {
        return data -> data.layout(current, level);
    }

    private static Function<SampleData, Layout> agentsLayout() {
        return layout(NavigationItem.AGENTS, StatusLevel.GREEN);
    }

    private void signInPages() {
        add("sign-in", SampleData::signedOutLayout, data -> new SignInPage("", "/agents", null));
        addVariants(
                "sign-in-again",
                SampleData::signedOutLayout,
                data -> new SignInPage(
                        data.variant().apply("maria"), "//evil.example", "The name or the passphrase is wrong."));
        add("welcome", SampleData::signedOutLayout, data -> new WelcomePage("0nce", "maria", true, null));
        add(
                "welcome-reset",
                SampleData::signedOutLayout,
                data -> new WelcomePage("0nce", "maria", false, "The two passphrases are not the same."));
    }

    private void homePages() {
        for (var level : List.of(StatusLevel.GREEN, StatusLevel.YELLOW, StatusLevel.RED)) {
            addVariants(
                    "home-" + level.name().toLowerCase(Locale.ROOT),
                    layout(NavigationItem.HOME, level),
                    data -> data.home(level));
        }
        add("home-new", layout(NavigationItem.HOME, StatusLevel.GREEN), SampleData::emptyHome);
    }

    private void agentLists() {
        addVariants(
                "agents",
                data -> data.layout(NavigationItem.AGENTS, StatusLevel.YELLOW, data.done(), data.problem()),
                SampleData::agents);
        add("agents-new", agentsLayout(), data -> data.emptyAgentList(""));
        addVariants(
                "agents-none",
                agentsLayout(),
                data -> data.emptyAgentList(data.variant().apply("crawler")));
    }

    private void agentForms() {
        add(
                "agent-make",
                agentsLayout(),
                data -> new NewAgentPage("", "", "work", "", List.of("default", "work"), null));
        addVariants(
                "agent-make-again",
                agentsLayout(),
                data -> new NewAgentPage(
                        "Build Bot",
                        data.variant().apply("Builds"),
                        "work",
                        "2027-01-31",
                        List.of("default", data.variant().apply("work")),
                        data.variant().apply("A name has lower-case letters, digits and hyphens.")));
        add("agent-key", agentsLayout(), data -> data.newKey(SampleData.key()));
    }

    private void agentPages() {
        for (var state : AgentStateLabel.values()) {
            add("agent-" + state.name().toLowerCase(Locale.ROOT), agentsLayout(), data -> data.agent(state));
        }
        for (var variant : List.of(TextVariant.HOSTILE, TextVariant.ENDLESS)) {
            add("agent" + suffix(variant), variant, agentsLayout(), data -> data.agent(AgentStateLabel.ACTIVE));
        }
        add("agent-new", agentsLayout(), data -> data.newAgent("The name that was typed is not the agent's."));
    }

    private void accountAndErrorPages() {
        addVariants("account", layout(NavigationItem.ACCOUNT, StatusLevel.GREEN), SampleData::account);
        addVariants(
                "failure",
                layout(NavigationItem.NONE, StatusLevel.RED),
                data -> new ErrorPage(
                        404, "Not found", data.variant().apply("/agents/agt_gone"), "It may have been revoked."));
        add(
                "failure-outside",
                SampleData::signedOutLayout,
                data -> new ErrorPage(403, "Cross-site request", "The form is too old.", "Load the page again."));
    }

    private void liveRegions() {
        Arrays.stream(LiveRegion.values()).forEach(region -> {
            for (var variant : TextVariant.values()) {
                var home = new SampleData(variant).home(StatusLevel.RED);
                stories.add(
                        new Story("part-" + region.id() + suffix(variant), variant, false, () -> home.render(region)));
            }
        });
    }
}
