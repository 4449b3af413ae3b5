package com.kruxos.firstboot;

import com.kruxos.admin.Admin;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.Invitation;
import com.kruxos.identity.Operator;
import com.kruxos.result.Result;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/**
 * How the first person gets into the dashboard: a link, printed in the terminal of whoever started the appliance, for
 * as long as nobody has chosen a passphrase.
 */
final class FirstInvitation {
    private static final String NAMELESS = "operator";

    private FirstInvitation() {}

    /** Says where the dashboard is, and by which link to get in when nobody has yet. */
    static void print(Admin admin, PrintStream out) {
        var dashboard = admin.status().dashboard();
        if (admin.operators().list().stream().anyMatch(Operator::hasPassphrase)) {
            out.println("Dashboard: " + dashboard);
            return;
        }
        switch (createInvitation(admin)) {
            case Result.Done<Invitation>(var invitation) -> {
                try (invitation) {
                    out.println("Dashboard, the first time (the link works once, for a day):");
                    out.print("  " + dashboard + "/welcome/");
                    out.writeBytes(invitation.code().ascii());
                    out.println();
                }
            }
            case Result.Refused<Invitation>(var reason, var detail, var hint) ->
                out.println("Dashboard: " + dashboard + " (" + hint + ")");
        }
    }

    /** Whoever was invited last time and did not come is invited again. */
    private static Result<Invitation> createInvitation(Admin admin) {
        var who = AuditPrincipal.system();
        Optional<Operator> waiting = admin.operators().list().stream().findFirst();
        return waiting.isPresent()
                ? admin.operators().invite(who, waiting.get().id())
                : admin.operators().add(who, name(System.getProperty("user.name", NAMELESS)));
    }

    /** The name of the system's user as an operator's may be. */
    static String name(String user) {
        var name = user.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return name.isEmpty() ? NAMELESS : name.substring(0, Math.min(name.length(), 63));
    }
}
