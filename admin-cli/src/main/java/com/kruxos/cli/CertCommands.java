package com.kruxos.cli;

import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "cert", description = "The certificate of the agents' door.")
final class CertCommands {
    private final CommandContext context;

    CertCommands(CommandContext shell) {
        this.context = shell;
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
        return context.print(
                certificate,
                new FieldList()
                        .add("SHA-256", certificate.text("fingerprint"))
                        .add("names", certificate.joinedTexts("names"))
                        .add("ends", TerminalText.formatTime(certificate.text("ends")))
                        .add("made by", certificate.isTrue("self_made") ? "this appliance" : "somebody else")
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
        if (context.isJsonOutput()) {
            return context.printJson(certificate);
        }
        certificate.text("pem").lines().forEach(context::printLine);
        return ExitCode.SUCCESS;
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
        var pair = CertificateAndKeyFiles.read(certificate, key);
        try {
            var shown = context.api().put(ApiPath.of("certificate"), pair);
            return context.printOutcome(shown, "Shown from now on: SHA-256 " + shown.text("fingerprint"));
        } finally {
            Arrays.fill(pair, (byte) 0);
        }
    }

    private JsonValue certificate() {
        return context.api().get(ApiPath.of("certificate"));
    }
}
