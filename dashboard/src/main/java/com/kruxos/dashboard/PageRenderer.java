package com.kruxos.dashboard;

import com.kruxos.dashboard.account.AccountPage;
import com.kruxos.dashboard.account.JteaccountGenerated;
import com.kruxos.dashboard.agent.AgentListPage;
import com.kruxos.dashboard.agent.AgentPage;
import com.kruxos.dashboard.agent.JteagentGenerated;
import com.kruxos.dashboard.agent.JteagentsGenerated;
import com.kruxos.dashboard.agent.JtenewagentGenerated;
import com.kruxos.dashboard.agent.JtenewkeyGenerated;
import com.kruxos.dashboard.agent.NewAgentPage;
import com.kruxos.dashboard.agent.NewKeyPage;
import com.kruxos.dashboard.error.ErrorPage;
import com.kruxos.dashboard.error.JteerrorGenerated;
import com.kruxos.dashboard.home.HomePage;
import com.kruxos.dashboard.home.JteauditlogGenerated;
import com.kruxos.dashboard.home.JtecallsGenerated;
import com.kruxos.dashboard.home.JtehomeGenerated;
import com.kruxos.dashboard.home.JteoverviewGenerated;
import com.kruxos.dashboard.home.JtependingGenerated;
import com.kruxos.dashboard.home.JtesessionsGenerated;
import com.kruxos.dashboard.home.LiveRegion;
import com.kruxos.dashboard.layout.Layout;
import com.kruxos.dashboard.page.PageBuffer;
import com.kruxos.dashboard.page.RenderedPage;
import com.kruxos.dashboard.signin.JtesigninGenerated;
import com.kruxos.dashboard.signin.JtewelcomeGenerated;
import com.kruxos.dashboard.signin.SignInPage;
import com.kruxos.dashboard.signin.WelcomePage;
import gg.jte.TemplateOutput;
import gg.jte.html.HtmlInterceptor;
import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Every page there is: records in, HTML out. Asks nobody, keeps nothing, and may be used by all threads at once.
 *
 * <p>Each answer is to be closed once it is sent, for one of them shows a key.
 *
 * <p>Templates are called by the classes that the build makes of them, so that a page without one, or with another
 * record than its template wants, does not compile.
 */
public final class PageRenderer {
    /** jte can tell somebody of every tag; these templates are made without that, and still want a listener. */
    private static final HtmlInterceptor NO_INTERCEPTOR = new HtmlInterceptor() {
        @Override
        public void onHtmlTagOpened(String name, Map<String, Object> attributes, TemplateOutput output) {}

        @Override
        public void onHtmlTagClosed(String name, TemplateOutput output) {}
    };

    private PageRenderer() {}

    public static PageRenderer create() {
        return new PageRenderer();
    }

    /** Asks who is there. */
    public RenderedPage signIn(Layout frame, SignInPage page) {
        return render(html -> JtesigninGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /** Asks for a first or a new passphrase. */
    public RenderedPage welcome(Layout frame, WelcomePage page) {
        return render(html -> JtewelcomeGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /** How everything is. */
    public RenderedPage home(Layout frame, HomePage page) {
        return render(html -> JtehomeGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /** The list of agents. */
    public RenderedPage agentList(Layout frame, AgentListPage page) {
        return render(html -> JteagentsGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /** The form for a new agent. */
    public RenderedPage newAgent(Layout frame, NewAgentPage page) {
        return render(html -> JtenewagentGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /** One agent. */
    public RenderedPage agent(Layout frame, AgentPage page) {
        return render(html -> JteagentGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /** A key, once. */
    public RenderedPage newKey(Layout frame, NewKeyPage page) {
        return render(html -> JtenewkeyGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /** The operator's own page. */
    public RenderedPage account(Layout frame, AccountPage page) {
        return render(html -> JteaccountGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /** What went wrong. */
    public RenderedPage error(Layout frame, ErrorPage page) {
        return render(html -> JteerrorGenerated.render(html, NO_INTERCEPTOR, frame, page));
    }

    /**
     * One part of the first page, without anything around it: the data of an event named {@link LiveRegion#id()}, which
     * takes the place of the element with that id.
     */
    public RenderedPage liveRegion(LiveRegion part, HomePage page) {
        return render(html -> {
            switch (part) {
                case OVERVIEW -> JteoverviewGenerated.render(html, NO_INTERCEPTOR, page);
                case WAITING -> JtependingGenerated.render(html, NO_INTERCEPTOR, page);
                case CONNECTED -> JtesessionsGenerated.render(html, NO_INTERCEPTOR, page);
                case TRAFFIC -> JtecallsGenerated.render(html, NO_INTERCEPTOR, page);
                case ENTRIES -> JteauditlogGenerated.render(html, NO_INTERCEPTOR, page);
            }
        });
    }

    private static RenderedPage render(Consumer<HtmlTemplateOutput> template) {
        try (var bytes = new PageBuffer()) {
            template.accept(new OwaspHtmlTemplateOutput(bytes));
            return bytes.finish();
        }
    }
}
