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

/** The dashboard for operators on port 7800, over HTTPS only. */
public final class DashboardServer implements AutoCloseable {
    private static final int SAMPLE_SECONDS = 20;

    private final LiveUpdates liveUpdates;
    private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("dashboard-minutes").factory());

    private DashboardServer(LiveUpdates liveUpdates, CallsPerMinute callsPerMinute) {
        this.liveUpdates = liveUpdates;
        var _ = sampler.scheduleWithFixedDelay(
                callsPerMinute::sample, SAMPLE_SECONDS, SAMPLE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Binds the port.
     *
     * @param names the DNS names it accepts, besides localhost and addresses
     * @throws com.kruxos.web.ListenFailed if the port cannot be bound
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
     * Starts serving. The caller closes the listener after this object.
     *
     * @param gatewayAddress the address for agents
     */
    public static DashboardServer serve(
            HttpListener web, Admin admin, GatewayAddress gatewayAddress, String version, InstantSource clock) {
        var csrfTokens = new CsrfTokens();
        var flashMessages = new FlashMessages();
        var layouts = new LayoutFactory(admin.status(), csrfTokens, flashMessages, version);
        var callsPerMinute = new CallsPerMinute(() -> admin.status().callCounts(), clock, System::nanoTime);
        var home = new HomePages(admin, layouts, callsPerMinute);
        var liveUpdates = new LiveUpdates(admin, home);
        var routes = PageRoutes.table(
                new SignInPages(admin.operators(), layouts, clock),
                home,
                new AgentPages(admin, layouts, flashMessages, gatewayAddress),
                new AccountPages(admin.operators(), layouts, flashMessages, clock));
        web.serve(
                new DashboardHandler(
                        routes, new BrowserAuthenticator(admin.operators(), clock), liveUpdates, layouts, csrfTokens),
                new PlainErrorPage());
        return new DashboardServer(liveUpdates, callsPerMinute);
    }

    @Override
    public void close() {
        sampler.shutdownNow();
        liveUpdates.close();
    }
}
