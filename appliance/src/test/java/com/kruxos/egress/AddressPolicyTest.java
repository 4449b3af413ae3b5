package com.kruxos.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressPolicyTest {
    private final AddressPolicy policy = new AddressPolicy(Set.of("Intern.example.", "169.254.7.7", "fe80::7"));

    private static List<InetSocketAddress> addresses(String... addresses) {
        return Stream.of(addresses)
                .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), 80))
                .toList();
    }

    @Test
    void onlyThePublicAddressesOfANameAreUsed() throws Exception {
        assertThat(policy.permitted(
                        "a.example", addresses("10.0.0.1", "1.1.1.1", "127.0.0.1", "::1", "2606:4700::1111")))
                .isEqualTo(addresses("1.1.1.1", "2606:4700::1111"));
    }

    /**
     * Private, link-local and rebinding addresses are refused. Fails when {@code AddressPolicy.isPermitted} accepts
     * names.
     */
    @Test
    void aNameThatResolvesToAPrivateAddressIsRefusedWithAHint() {
        assertThatThrownBy(() -> policy.permitted("rebound.example", addresses("127.0.0.1", "192.168.1.1")))
                .isInstanceOf(AddressRefused.class)
                .hasMessageContaining("rebound.example")
                .hasMessageContaining("private_hosts:");
    }

    @Test
    void aConfiguredHostMayHaveAnyAddress() throws Exception {
        for (var address : List.of("10.0.0.1", "127.0.0.1", "169.254.169.254")) {
            assertThat(policy.permitted("intern.EXAMPLE", addresses(address))).isEqualTo(addresses(address));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:3000/mcp",
                "http://localhost/mcp",
                "http://LOCALHOST.:1/",
                "http://[::1]/mcp",
                "http://192.168.1.10/",
                "http://10.1.2.3/",
                "http://[fd00::1]/",
                "http://1.1.1.1/",
                "http://example.com/",
                "http://169.254.7.7/",
                "http://[fe80::7]/",
                "http://intern.example/"
            })
    void literalAddressesInConfiguredUrlsAreAllowed(String url) {
        assertThat(policy.checkConfigured(URI.create(url))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data",
                "http://[fe80::1]/",
                "http://0.0.0.0/",
                "http://[::]/",
                "http://224.0.0.1/",
                "http://255.255.255.255/",
                "http://[::ffff:169.254.169.254]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[2002:a9fe:a9fe::]/",
                "http://2852039166/",
                "http://0xa9fea9fe/"
            })
    void specialAddressesInConfiguredUrlsAreRefused(String url) {
        assertThat(policy.checkConfigured(URI.create(url))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://[::1]/"})
    void redirectsToPrivateAddressesAreRefused(String url) {
        assertThat(policy.checkRedirect(URI.create(url))).isNotEmpty();
    }

    @Test
    void redirectsToTheInternetAndToConfiguredHostsAreAllowed() {
        assertThat(policy.checkRedirect(URI.create("http://1.1.1.1/"))).isEmpty();
        assertThat(policy.checkRedirect(URI.create("http://example.com/"))).isEmpty();
        assertThat(policy.checkRedirect(URI.create("http://intern.example/"))).isEmpty();
    }

    @Test
    void localhostResolvesToLoopbackOnly() throws Exception {
        assertThat(policy.permitted("localhost", addresses("127.0.0.1", "1.1.1.1")))
                .isEqualTo(addresses("127.0.0.1"));
    }

    @Test
    void cleartextCredentialsAreAllowedInLocalNetworksOnly() {
        assertThat(List.of("http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://intern.example/"))
                .allMatch(url -> policy.allowsCleartext(URI.create(url)));
        assertThat(List.of("http://example.com/", "http://1.1.1.1/"))
                .noneMatch(url -> policy.allowsCleartext(URI.create(url)));
    }
}
