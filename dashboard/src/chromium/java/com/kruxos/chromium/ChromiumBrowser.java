package com.kruxos.chromium;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Chromium with a record of its console errors. */
public final class ChromiumBrowser implements AutoCloseable {
    private static final double TIMEOUT_MILLIS = 120_000;

    private final Playwright playwright;
    private final Browser chromium;
    private final List<String> consoleMessages = new ArrayList<>();

    public ChromiumBrowser() {
        var path = BrowserTools.chromiumPath();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(path)
                        // The sandbox does not start as root, as in container builds; all pages are our own.
                        .setArgs(List.of("--no-sandbox")));
    }

    /** A page in a new browser context that accepts any certificate. */
    public Page newPage(Viewport view, boolean scripts) {
        var context = chromium.newContext(new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(true)
                .setJavaScriptEnabled(scripts)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setPermissions(List.of("clipboard-read", "clipboard-write"))
                .setColorScheme(view.isDark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setViewportSize(view.width(), view.height()));
        context.setDefaultTimeout(TIMEOUT_MILLIS);
        collectMessages(context);
        return context.newPage();
    }

    private void collectMessages(BrowserContext context) {
        context.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())) {
                consoleMessages.add(message.text());
            }
        });
        context.onWebError(error -> consoleMessages.add(error.error()));
        context.onRequestFailed(request -> {
            // Leaving a page aborts its event stream.
            if (!request.resourceType().equals("eventsource")) {
                consoleMessages.add(request.url() + " " + request.failure());
            }
        });
    }

    /** Console errors and warnings since the last call, such as violations of the content security policy. */
    public List<String> drainConsoleMessages() {
        var drained = List.copyOf(consoleMessages);
        consoleMessages.clear();
        return drained;
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
