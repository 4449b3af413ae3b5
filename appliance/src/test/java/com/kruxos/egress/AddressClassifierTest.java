package com.kruxos.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.egress.AddressClassifier.AddressKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressClassifierTest {
    private static AddressKind classify(String address) {
        return AddressClassifier.classify(InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450::1"
            })
    void addressesOnTheInternetArePublic(String address) {
        assertThat(classify(address)).isEqualTo(AddressKind.PUBLIC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.255.254", "::1"})
    void loopbackAddressesAreLoopback(String address) {
        assertThat(classify(address)).isEqualTo(AddressKind.LOOPBACK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255",
                "100.64.0.0", "100.127.255.255", "fc00::1", "fdff::1", "fec0::1", "feff::1"
            })
    void privateNetworksArePrivate(String address) {
        assertThat(classify(address)).isEqualTo(AddressKind.PRIVATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "169.254.0.0",
                "169.254.169.254",
                "169.254.255.255",
                "192.0.0.8",
                "198.18.0.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "fe80::1",
                "febf::1",
                "ff02::1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "2002:7f00:1::",
                "2001:0:1::",
                "2001:db8::1",
                "::7f00:1",
                "::2",
                "100::1",
                "5f00::1"
            })
    void reservedAddressesAreSpecial(String address) {
        assertThat(classify(address)).isEqualTo(AddressKind.SPECIAL);
    }

    /** InetAddress.getByAddress converts these to IPv4 by itself. */
    @Test
    void ipv4MappedAddressesAreClassifiedByTheirIpv4Address() throws UnknownHostException {
        var mapped = InetAddress.getByAddress(HexFormat.of().parseHex("00000000000000000000ffff7f000001"));
        assertThat(AddressClassifier.classify(mapped)).isEqualTo(AddressKind.LOOPBACK);
        var metadata = InetAddress.getByAddress(HexFormat.of().parseHex("00000000000000000000ffffa9fea9fe"));
        assertThat(AddressClassifier.classify(metadata)).isEqualTo(AddressKind.SPECIAL);
    }
}
