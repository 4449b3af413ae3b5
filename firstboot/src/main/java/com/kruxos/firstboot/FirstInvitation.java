package com.kruxos.firstboot;

import com.kruxos.admin.Admin;
import com.kruxos.audit.AuditPrincipal;
import com.kruxos.identity.Invitation;
import com.kruxos.identity.Operator;
import com.kruxos.result.Result;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** Prints the dashboard's address, and a one-time sign-in link while no operator has a passphrase. */
final class FirstInvitation {
    private static final String DEFAULT_NAME = "operator";

    private FirstInvitation() {}

    static void print(Admin admin, PrintStream out) {
        var dashboard = admin.status().dashboardUrl();
        if (admin.operators().list().stream().anyMatch(Operator::hasPassphrase)) {
            out.println("Dashboard: " + dashboard);
            return;
        }
        switch (createInvitation(admin)) {
            case Result.Done<Invitation>(var invitation) -> {
                try (invitation) {
                    out.println("Dashboard, first sign-in (the link works once, within 24 hours):");
                    out.print("  " + dashboard + "/welcome/");
                    out.writeBytes(invitation.code().ascii());
                    out.println();
                }
            }
            case Result.Refused<Invitation>(var reason, var detail, var hint) ->
                out.println("Dashboard: " + dashboard + " (" + hint + ")");
        }
    }

    /** Invites the existing operator again if an earlier invitation was not used. */
    private static Result<Invitation> createInvitation(Admin admin) {
        var principal = AuditPrincipal.system();
        Optional<Operator> invited = admin.operators().list().stream().findFirst();
        return invited.isPresent()
                ? admin.operators().invite(principal, invited.get().id())
                : admin.operators().add(principal, operatorName(System.getProperty("user.name", DEFAULT_NAME)));
    }

    /** Turns the name of the system's user into a valid operator name. */
    static String operatorName(String user) {
        var name = user.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return name.isEmpty() ? DEFAULT_NAME : name.substring(0, Math.min(name.length(), 63));
    }
}
