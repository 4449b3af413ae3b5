package com.kruxos.admin;

import com.kruxos.tls.CertificateInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the appliance knows of itself since it started.
 *
 * @param home its folder
 * @param ports name of the door → the port it listens on
 * @param dashboardUrl where a browser finds the dashboard, without a slash at the end
 * @param keyKind how the vault opens unattended, such as {@code age-file}
 * @param keyPath where that key lies
 * @param keyIsPlainFile whether it lies there in a plain file
 * @param certificate what the doors show to whoever connects with TLS, asked anew each time
 * @param callCounts agents' calls since the start by outcome, asked anew each time; may give nothing
 * @param checks asked anew for every status, in the order they are shown; quick and never waiting. Each gives as many
 *     as there is to say of one thing
 */
public record ApplianceInfo(
        String version,
        Instant started,
        String home,
        Map<String, Integer> ports,
        String dashboardUrl,
        String keyKind,
        String keyPath,
        boolean keyIsPlainFile,
        Supplier<CertificateInfo> certificate,
        Supplier<Map<String, Long>> callCounts,
        List<Supplier<List<HealthCheck>>> checks) {
    public ApplianceInfo {
        ports = Map.copyOf(ports);
        checks = List.copyOf(checks);
    }
}
