package com.kruxos.dashboard;

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
public final class Pages {
    /** jte can tell somebody of every tag; these templates are made without that, and still want a listener. */
    private static final HtmlInterceptor NOBODY = new HtmlInterceptor() {
        @Override
        public void onHtmlTagOpened(String name, Map<String, Object> attributes, TemplateOutput output) {}

        @Override
        public void onHtmlTagClosed(String name, TemplateOutput output) {}
    };

    private Pages() {}

    public static Pages create() {
        return new Pages();
    }

    /** Asks who is there. */
    public Rendered signIn(Frame frame, SignIn page) {
        return rendered(html -> JtesigninGenerated.render(html, NOBODY, frame, page));
    }

    /** Asks for a first or a new passphrase. */
    public Rendered welcome(Frame frame, Welcome page) {
        return rendered(html -> JtewelcomeGenerated.render(html, NOBODY, frame, page));
    }

    /** How everything is. */
    public Rendered home(Frame frame, Home page) {
        return rendered(html -> JtehomeGenerated.render(html, NOBODY, frame, page));
    }

    /** The list of agents. */
    public Rendered agents(Frame frame, Agents page) {
        return rendered(html -> JteagentsGenerated.render(html, NOBODY, frame, page));
    }

    /** The form for a new agent. */
    public Rendered newAgent(Frame frame, NewAgent page) {
        return rendered(html -> JtenewagentGenerated.render(html, NOBODY, frame, page));
    }

    /** One agent. */
    public Rendered agent(Frame frame, AgentPage page) {
        return rendered(html -> JteagentGenerated.render(html, NOBODY, frame, page));
    }

    /** A key, once. */
    public Rendered issued(Frame frame, Issued page) {
        return rendered(html -> JteissuedGenerated.render(html, NOBODY, frame, page));
    }

    /** The operator's own page. */
    public Rendered account(Frame frame, Account page) {
        return rendered(html -> JteaccountGenerated.render(html, NOBODY, frame, page));
    }

    /** What went wrong. */
    public Rendered failure(Frame frame, Failure page) {
        return rendered(html -> JtefailureGenerated.render(html, NOBODY, frame, page));
    }

    /**
     * One part of the first page, without anything around it: the data of an event named {@link Part#id()}, which takes
     * the place of the element with that id.
     */
    public Rendered part(Part part, Home page) {
        return rendered(html -> {
            switch (part) {
                case OVERVIEW -> JteoverviewGenerated.render(html, NOBODY, page);
                case WAITING -> JtewaitingGenerated.render(html, NOBODY, page);
                case CONNECTED -> JteconnectedGenerated.render(html, NOBODY, page);
                case TRAFFIC -> JtetrafficGenerated.render(html, NOBODY, page);
                case ENTRIES -> JteentriesGenerated.render(html, NOBODY, page);
            }
        });
    }

    private static Rendered rendered(Consumer<HtmlTemplateOutput> template) {
        try (var bytes = new PageBytes()) {
            template.accept(new OwaspHtmlTemplateOutput(bytes));
            return bytes.finish();
        }
    }
}
