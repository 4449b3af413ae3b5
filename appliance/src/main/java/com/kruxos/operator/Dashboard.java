package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.config.Config;
import com.kruxos.dashboard.Pages;
import com.kruxos.web.Secure;
import com.kruxos.web.Web;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** The operators' door on 7800: pages for a browser, over HTTPS only. */
public final class Dashboard implements AutoCloseable {
    private static final int LOOK_SECONDS = 20;

    private final Live live;
    private final ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("dashboard-minutes").factory());

    private Dashboard(Live live, Minutes minutes) {
        this.live = live;
        var _ = clockwork.scheduleWithFixedDelay(minutes::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Takes the port.
     *
     * @param names the DNS names it answers to, beside localhost and addresses
     * @throws com.kruxos.web.CannotListen when the port cannot be had
     */
    public static Web bind(Config.Dashboard config, Set<String> names, Supplier<SSLContext> certificate) {
        return Web.bind("dashboard", config.bind(), config.port(), names, new Secure(certificate, Secure.Plain.NOBODY));
    }

    /**
     * Answers from when this returns. Whoever bound the door closes it, after this.
     *
     * @param agentsDoor where agents connect
     */
    public static Dashboard serve(Web web, Admin admin, AgentsDoor agentsDoor, String version, InstantSource clock) {
        var pages = Pages.create();
        var proof = new Proof();
        var notices = new Notices();
        var frames = new Frames(admin.status(), proof, notices, version);
        var minutes = new Minutes(() -> admin.status().calls(), clock, System::nanoTime);
        var home = new HomePages(admin, pages, frames, minutes);
        var live = new Live(admin, home, pages);
        var routes = Routes.table(
                new SignInPages(admin.operators(), pages, frames, clock),
                home,
                new AgentPages(admin, pages, frames, notices, agentsDoor),
                new AccountPages(admin.operators(), pages, frames, notices, clock));
        web.serve(new Door(routes, new Visitors(admin.operators(), clock), live, pages, frames, proof), new Front());
        return new Dashboard(live, minutes);
    }

    @Override
    public void close() {
        clockwork.shutdownNow();
        live.close();
    }
}
