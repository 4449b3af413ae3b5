package com.kruxos.transport;

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

final class VettingTest {
    private final Vetting vetting = new Vetting(Set.of("Intern.example.", "169.254.7.7", "fe80::7"));

    private static List<InetSocketAddress> places(String... addresses) {
        return Stream.of(addresses)
                .map(address -> new InetSocketAddress(InetAddress.ofLiteral(address), 80))
                .toList();
    }

    @Test
    void ofSeveralAddressesOnlyThePublicOnesAreUsed() throws Exception {
        assertThat(vetting.vetted("a.example", places("10.0.0.1", "1.1.1.1", "127.0.0.1", "::1", "2606:4700::1111")))
                .isEqualTo(places("1.1.1.1", "2606:4700::1111"));
    }

    /** Red when Vetting.fits says yes to names; row "private, link-local and rebinding addresses". */
    @Test
    void aNameForAPrivateAddressIsRefusedWithAHint() {
        assertThatThrownBy(() -> vetting.vetted("rebound.example", places("127.0.0.1", "192.168.1.1")))
                .isInstanceOf(AddressRefused.class)
                .hasMessageContaining("rebound.example")
                .hasMessageContaining("private_hosts:");
    }

    @Test
    void aNamedHostMayBeAnywhere() throws Exception {
        for (var address : List.of("10.0.0.1", "127.0.0.1", "169.254.169.254")) {
            assertThat(vetting.vetted("intern.EXAMPLE", places(address))).isEqualTo(places(address));
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
    void whatTheOwnerTypedIsMeant(String url) {
        assertThat(vetting.objection(URI.create(url))).isEmpty();
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
    void butNotTheseThoughTyped(String url) {
        assertThat(vetting.objection(URI.create(url))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://[::1]/"})
    void aRedirectMeansNoPrivateAddress(String url) {
        assertThat(vetting.redirectObjection(URI.create(url))).isNotEmpty();
    }

    @Test
    void aRedirectMayLeadToTheInternetAndToNamedHosts() {
        assertThat(vetting.redirectObjection(URI.create("http://1.1.1.1/"))).isEmpty();
        assertThat(vetting.redirectObjection(URI.create("http://example.com/"))).isEmpty();
        assertThat(vetting.redirectObjection(URI.create("http://intern.example/")))
                .isEmpty();
    }

    @Test
    void localhostIsThisMachineWhateverIsLookedUp() throws Exception {
        assertThat(vetting.vetted("localhost", places("127.0.0.1", "1.1.1.1"))).isEqualTo(places("127.0.0.1"));
    }

    @Test
    void clearTextOnlyNearby() {
        assertThat(List.of("http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://intern.example/"))
                .allMatch(url -> vetting.clearTextFits(URI.create(url)));
        assertThat(List.of("http://example.com/", "http://1.1.1.1/"))
                .noneMatch(url -> vetting.clearTextFits(URI.create(url)));
    }
}
