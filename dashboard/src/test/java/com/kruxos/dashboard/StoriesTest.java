package com.kruxos.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.kruxos.dashboard.layout.Assets;
import com.kruxos.dashboard.page.Preconditions;
import com.kruxos.dashboard.page.SafeText;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;

/** Rules for the HTML of every story. */
class StoriesTest {
    private static final Set<String> FORM_CONTROLS = Set.of("input", "select", "textarea");

    /** Invisible characters, and those that change the direction of text. */
    private static boolean isInvisible(int c) {
        return c != '\n' && (Character.getType(c) == Character.FORMAT || Character.isISOControl(c) || c == 0x3164);
    }

    static List<Story> stories() {
        return Storybook.stories();
    }

    @ParameterizedTest
    @MethodSource("stories")
    void everyPageIsWellFormed(Story story) {
        assertThat(ParsedPage.of(story).parseErrors()).isEmpty();
    }

    /** The content security policy blocks these, too; the pages do not contain them. */
    @ParameterizedTest
    @MethodSource("stories")
    void noScriptOrStyleIsInline(Story story) {
        var page = ParsedPage.of(story);
        assertThat(page.attributes().map(Attr::getName))
                .noneMatch(name -> name.startsWith("on") || name.equals("style") || name.startsWith("hx-"));
        assertThat(page.elements("style")).isEmpty();
        assertThat(page.elements("script").map(script -> script.getAttribute("src") + script.getTextContent()))
                .allSatisfy(source -> assertThat(source).isEqualTo(Assets.SCRIPT.path()));
        assertThat(page.elements().map(Element::getLocalName))
                .doesNotContain("img", "iframe", "object", "base", "audio");
    }

    /** Fails without escaping, or with a link made of untrusted text. */
    @ParameterizedTest
    @MethodSource("stories")
    void allLinksStayOnThisSite(Story story) {
        assertThat(ParsedPage.of(story).attributes().filter(StoriesTest::isUrl).map(Attr::getValue))
                .allMatch(place -> Preconditions.isLocalPath(place) || place.equals("#main"));
    }

    /** Fails without {@code SafeText.inline} in any one place of a template. */
    @ParameterizedTest
    @MethodSource("stories")
    void noInvisibleCharacterIsShown(Story story) {
        var page = ParsedPage.of(story);
        var shown = Stream.concat(
                page.texts(),
                page.attributes().filter(attribute -> !isFieldValue(attribute)).map(Attr::getValue));
        assertThat(shown).allSatisfy(text -> {
            assertThat(text.codePoints().filter(StoriesTest::isInvisible)).isEmpty();
            assertThat(text.length()).isLessThan(2 * SafeText.DEFAULT_LENGTH);
        });
    }

    @ParameterizedTest
    @MethodSource("stories")
    void everyPostFormHasACsrfToken(Story story) {
        assertThat(ParsedPage.of(story)
                        .elements("form")
                        .filter(form -> form.getAttribute("method").equals("post")))
                .allSatisfy(form -> assertThat(ParsedPage.descendantsOf(form)
                                .filter(input -> input.getAttribute("name").equals("csrf"))
                                .map(input -> input.getAttribute("type") + input.getAttribute("value")))
                        .containsExactly("hiddenc5rf"));
    }

    @ParameterizedTest
    @MethodSource("stories")
    void idsAreUniqueAndReferencesResolve(Story story) {
        var page = ParsedPage.of(story);
        var ids = page.attributes()
                .filter(one -> one.getName().equals("id"))
                .map(Attr::getValue)
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(page.attributes()
                        .filter(one -> Set.of("for", "aria-labelledby", "aria-describedby", "data-copy")
                                .contains(one.getName()))
                        .flatMap(one -> Stream.of(one.getValue().split(" "))))
                .allSatisfy(id -> assertThat(ids).contains(id));
    }

    @ParameterizedTest
    @MethodSource("stories")
    void everyControlHasALabelAndEveryButtonAText(Story story) {
        var page = ParsedPage.of(story);
        var labelled =
                page.elements("label").map(label -> label.getAttribute("for")).collect(Collectors.toSet());
        assertThat(page.elements()
                        .filter(one -> FORM_CONTROLS.contains(one.getLocalName())
                                && !one.getAttribute("type").equals("hidden")
                                && one.getAttribute("aria-label").isEmpty())
                        .map(one -> one.getAttribute("id")))
                .allSatisfy(id -> assertThat(labelled).contains(id));
        assertThat(page.elements("button").map(Element::getTextContent)).noneMatch(String::isBlank);
    }

    @ParameterizedTest
    @MethodSource("stories")
    void everyTableHasACaptionAndScopedHeaders(Story story) {
        var page = ParsedPage.of(story);
        assertThat(page.elements("table"))
                .allSatisfy(table -> assertThat(ParsedPage.descendantsOf(table).map(Element::getLocalName))
                        .contains("caption"));
        assertThat(page.elements("th").map(head -> head.getAttribute("scope")))
                .allMatch(Set.of("col", "row")::contains);
        assertThat(page.elements("time").map(time -> time.getAttribute("datetime")))
                .allSatisfy(time -> assertThat(time).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z"));
    }

    private static boolean isUrl(Attr attribute) {
        return Set.of("href", "src", "action", "data-live").contains(attribute.getName());
    }

    /** Field values must come back unchanged; see {@code SafeText.fieldValue}. */
    private static boolean isFieldValue(Attr attribute) {
        return Set.of("input", "option").contains(attribute.getOwnerElement().getLocalName())
                && Set.of("value", "data-expected").contains(attribute.getName());
    }
}
