package com.kruxos.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "doctor", description = "Check everything, and say what to do.")
final class DoctorCommand implements Callable<Integer> {
    private final Shell shell;

    DoctorCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        var checks = checks();
        var red = checks.stream().anyMatch(check -> check.text("state").equals("red"));
        if (shell.json()) {
            shell.showJson(Json.object()
                    .with("ok", !red)
                    .with("checks", checks.stream().map(Json::value).toList()));
        } else {
            checks.forEach(this::show);
        }
        return red ? Exit.FAILED : Exit.DONE;
    }

    /** Ours first: that the appliance can be reached, or else what stands in the way; then its own. */
    private List<Json> checks() {
        var checks = new ArrayList<Json>();
        try {
            var health = shell.api().get(Target.of("status")).at("health");
            checks.add(check("green", "it answers", ""));
            checks.addAll(health.list("checks"));
        } catch (Failed e) {
            checks.add(check("red", String.valueOf(e.getMessage()), e.hint()));
        }
        return checks;
    }

    private void show(Json check) {
        var state = check.text("state");
        var detail = check.has("detail") ? ": " + check.text("detail") : "";
        var lines = new Fields()
                .add(state + " ".repeat(Math.max(0, 6 - state.length())), check.text("name") + detail)
                .add("", state.equals("green") || !check.has("hint") ? "" : "hint: " + check.text("hint"));
        shell.show(lines.lines(shell.world().width()));
    }

    private static Json check(String state, String detail, String hint) {
        return Json.object()
                .with("name", "appliance")
                .with("state", state)
                .with("detail", detail)
                .with("hint", hint.isEmpty() ? null : hint);
    }
}
