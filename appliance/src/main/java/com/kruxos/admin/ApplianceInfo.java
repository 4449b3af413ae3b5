package com.kruxos.admin;

import com.kruxos.tls.CertificateInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Facts about the running appliance.
 *
 * @param home its home directory
 * @param ports port by listener name
 * @param dashboardUrl without a trailing slash
 * @param keyKind how the vault is unlocked without an operator, such as {@code age-file}
 * @param keyPath where that key is stored
 * @param keyIsPlainFile whether it is an unencrypted file
 * @param certificate the certificate in use; read on each request
 * @param callCounts agents' calls since the start, by outcome; may be empty
 * @param checks run for every status, in display order; must be fast and must not block
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
