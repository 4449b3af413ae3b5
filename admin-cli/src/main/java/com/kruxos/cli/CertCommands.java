package com.kruxos.cli;

import picocli.CommandLine.Command;

@Command(name = "cert", description = "The certificate of the agents' door.")
final class CertCommands {
    private final Shell shell;

    CertCommands(Shell shell) {
        this.shell = shell;
    }

    @Command(
            name = "show",
            description = "Show its fingerprint, names and end.",
            footer = {
                "",
                "Compare the fingerprint with what a client shows before you trust it there.",
                "A self-made one is renewed 30 days before its end."
            })
    int show() {
        var certificate = certificate();
        return shell.show(
                certificate,
                new Fields()
                        .add("SHA-256", certificate.text("fingerprint"))
                        .add("names", certificate.joined("names"))
                        .add("ends", Texts.time(certificate.text("ends")))
                        .add("made by", certificate.flag("self_made") ? "this appliance" : "somebody else")
                        .add("file", certificate.text("file")));
    }

    @Command(
            name = "export",
            description = "Print it as PEM, for clients that are to trust it.",
            footer = {
                "",
                "Example:",
                "  kruxos cert export > kruxos.pem",
                "  NODE_EXTRA_CA_CERTS=$PWD/kruxos.pem claude"
            })
    int export() {
        var certificate = certificate();
        if (shell.json()) {
            return shell.showJson(certificate);
        }
        certificate.text("pem").lines().forEach(shell::say);
        return Exit.DONE;
    }

    private Json certificate() {
        return shell.api().get(Target.of("certificate"));
    }
}
