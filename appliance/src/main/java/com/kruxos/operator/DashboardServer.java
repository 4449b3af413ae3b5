package com.kruxos.operator;

import com.kruxos.admin.Admin;
import com.kruxos.config.Config;
import com.kruxos.web.HttpListener;
import com.kruxos.web.TlsSettings;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** The operators' door on 7800: pages for a browser, over HTTPS only. */
public final class DashboardServer implements AutoCloseable {
    private static final int SAMPLE_SECONDS = 20;

    private final LiveUpdates liveUpdates;
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("dashboard-minutes").factory());

    private DashboardServer(LiveUpdates live, CallsPerMinute minutes) {
        this.liveUpdates = live;
        var _ = sampler.scheduleWithFixedDelay(minutes::sample, SAMPLE_SECONDS, SAMPLE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Takes the port.
     *
     * @param names the DNS names it answers to, beside localhost and addresses
     * @throws com.kruxos.web.ListenFailed when the port cannot be had
     */
    public static HttpListener bind(Config.DashboardConfig config, Set<String> names, SSLContext sslContext) {
        return HttpListener.bind(
                "dashboard",
                config.bind(),
                config.port(),
                names,
                new TlsSettings(sslContext, TlsSettings.PlainHttp.REDIRECT));
    }

    /**
     * Answers from when this returns. Whoever bound the door closes it, after this.
     *
     * @param agentsDoor where agents connect
     */
    public static DashboardServer serve(
            HttpListener web, Admin admin, GatewayAddress agentsDoor, String version, InstantSource clock) {
        var proof = new CsrfTokens();
        var notices = new FlashMessages();
        var frames = new LayoutFactory(admin.status(), proof, notices, version);
        var minutes = new CallsPerMinute(() -> admin.status().callCounts(), clock, System::nanoTime);
        var home = new HomePages(admin, frames, minutes);
        var live = new LiveUpdates(admin, home);
        var routes = PageRoutes.table(
                new SignInPages(admin.operators(), frames, clock),
                home,
                new AgentPages(admin, frames, notices, agentsDoor),
                new AccountPages(admin.operators(), frames, notices, clock));
        web.serve(
                new DashboardHandler(routes, new BrowserAuthenticator(admin.operators(), clock), live, frames, proof),
                new PlainErrorPage());
        return new DashboardServer(live, minutes);
    }

    @Override
    public void close() {
        sampler.shutdownNow();
        liveUpdates.close();
    }
}
