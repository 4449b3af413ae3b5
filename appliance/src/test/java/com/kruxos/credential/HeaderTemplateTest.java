package com.kruxos.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.kruxos.vault.SecretName;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets in header values. Each secret is replaced by its own name in angle brackets. */
class HeaderTemplateTest {
    private static byte[] bracketedName(SecretName name) {
        return ("<" + name.scope() + "/" + name.key() + ">").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Fails when HeaderTemplate.fill reorders its parts, or omits the last literal. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain|plain",
                "Bearer {secret:a/b}|Bearer <a/b>",
                "{secret:a/b}|<a/b>",
                "{secret:a/b}{secret:c/d}|<a/b><c/d>",
                "{secret:a/user}:{secret:a/password}|<a/user>:<a/password>",
                "k={secret:a/b}; again={secret:a/b}.|k=<a/b>; again=<a/b>.",
                "{not:a/b} {secret:a/b}}|{not:a/b} <a/b>}",
                "{{secret:a/b}}|{<a/b>}",
                "é {secret:a/b}|é <a/b>",
            })
    void secretsAreInsertedWhereTheyAreDeclared(String declared, String filled) {
        var template = HeaderTemplate.of("spc_x", declared);
        assertThat(new String(template.fill(HeaderTemplateTest::bracketedName), StandardCharsets.ISO_8859_1))
                .isEqualTo(filled);
    }

    @Test
    void theTemplateListsTheSecretsItNeeds() {
        assertThat(HeaderTemplate.of("spc_x", "{secret:a/b} {secret:c/d} {secret:a/b}")
                        .secrets())
                .extracting(name -> name.scope() + "/" + name.key())
                .containsExactlyElementsOf(Stream.of("a/b", "c/d", "a/b").toList());
    }

    /** Fails when an invalid reference is kept as text: it would be sent to the server. */
    @ParameterizedTest
    @ValueSource(strings = {"{secret:}", "{secret:a/}", "{secret:/b}", "{secret:a/b/c/d}", "{secret: a/b}"})
    void anInvalidReferenceIsRejected(String declared) {
        assertThatIllegalArgumentException().isThrownBy(() -> HeaderTemplate.of("spc_x", declared));
    }
}
