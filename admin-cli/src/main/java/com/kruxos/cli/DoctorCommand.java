package com.kruxos.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "doctor", description = "Check the appliance, and print what to fix.")
final class DoctorCommand implements Callable<Integer> {
    private final CommandContext context;

    DoctorCommand(CommandContext shell) {
        this.context = shell;
    }

    @Override
    public Integer call() {
        var checks = runChecks();
        var red = checks.stream().anyMatch(check -> check.text("state").equals("red"));
        if (context.isJsonOutput()) {
            context.printJson(JsonValue.object()
                    .with("ok", !red)
                    .with("checks", checks.stream().map(JsonValue::value).toList()));
        } else {
            checks.forEach(this::printCheck);
        }
        return red ? ExitCode.FAILED : ExitCode.SUCCESS;
    }

    /** First whether the appliance is reachable, then the checks of the appliance. */
    private List<JsonValue> runChecks() {
        var checks = new ArrayList<JsonValue>();
        try {
            var health = context.api().get(ApiPath.of("status")).member("health");
            checks.add(newCheck("green", "it responds", ""));
            checks.addAll(health.list("checks"));
        } catch (CommandFailure e) {
            checks.add(newCheck("red", String.valueOf(e.getMessage()), e.hint()));
        }
        return checks;
    }

    private void printCheck(JsonValue check) {
        var state = check.text("state");
        var detail = check.has("detail") ? ": " + check.text("detail") : "";
        var lines = new FieldList()
                .add(state + " ".repeat(Math.max(0, 6 - state.length())), check.text("name") + detail)
                .add("", state.equals("green") || !check.has("hint") ? "" : "hint: " + check.text("hint"));
        context.print(lines.lines(context.process().width()));
    }

    private static JsonValue newCheck(String state, String detail, String hint) {
        return JsonValue.object()
                .with("name", "appliance")
                .with("state", state)
                .with("detail", detail)
                .with("hint", hint.isEmpty() ? null : hint);
    }
}
