package com.kruxos.cli;

import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

    @Command(
            name = "replace",
            description = "Show another one, with a key of its own; no restart is needed.",
            footer = {
                "",
                "The appliance takes both or none: it checks that they belong together and count now.",
                "Clients that trust the old one have to trust the new one, or its issuer."
            })
    int replace(
            @Option(
                            names = "--certificate",
                            paramLabel = "FILE",
                            required = true,
                            description = "PEM, with its issuers behind it.")
                    Path certificate,
            @Option(names = "--key", paramLabel = "FILE", required = true, description = "PEM, PKCS #8, not encrypted.")
                    Path key) {
        var pair = CertFiles.read(certificate, key);
        try {
            var shown = shell.api().put(Target.of("certificate"), pair);
            return shell.done(shown, "Shown from now on: SHA-256 " + shown.text("fingerprint"));
        } finally {
            Arrays.fill(pair, (byte) 0);
        }
    }

    private Json certificate() {
        return shell.api().get(Target.of("certificate"));
    }
}
