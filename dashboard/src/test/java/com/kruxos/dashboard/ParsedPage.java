package com.kruxos.dashboard;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nu.validator.htmlparser.common.XmlViolationPolicy;
import nu.validator.htmlparser.dom.HtmlDocumentBuilder;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * A page parsed by the W3C validator's HTML parser.
 *
 * @param parseErrors errors that browsers would repair silently
 */
record ParsedPage(Node root, List<String> parseErrors) {
    static ParsedPage of(Story story) {
        var errors = new ArrayList<String>();
        var builder = new HtmlDocumentBuilder(XmlViolationPolicy.ALLOW);
        builder.setErrorHandler(new ParseErrorCollector(errors));
        var source = new InputSource(new ByteArrayInputStream(story.bytes()));
        source.setEncoding(StandardCharsets.UTF_8.name());
        try {
            return new ParsedPage(
                    story.isPage() ? builder.parse(source) : builder.parseFragment(source, "div"), List.copyOf(errors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SAXException e) {
            throw new IllegalStateException(e);
        }
    }

    Stream<Element> elements() {
        return descendants(root).filter(Element.class::isInstance).map(Element.class::cast);
    }

    Stream<Element> elements(String name) {
        return elements().filter(element -> element.getLocalName().equals(name));
    }

    Stream<Attr> attributes() {
        return elements().flatMap(ParsedPage::attributes);
    }

    Stream<String> texts() {
        return descendants(root)
                .filter(node -> node.getNodeType() == Node.TEXT_NODE)
                .map(Node::getNodeValue);
    }

    static Stream<Attr> attributes(Element element) {
        var attributes = element.getAttributes();
        return IntStream.range(0, attributes.getLength())
                .mapToObj(attributes::item)
                .map(Attr.class::cast);
    }

    static Stream<Element> descendantsOf(Element element) {
        return descendants(element).filter(Element.class::isInstance).map(Element.class::cast);
    }

    private static Stream<Node> descendants(Node node) {
        return Stream.concat(Stream.of(node), children(node.getChildNodes()).flatMap(ParsedPage::descendants));
    }

    private static Stream<Node> children(NodeList nodes) {
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item);
    }

    private record ParseErrorCollector(List<String> found) implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            error(e);
        }

        @Override
        public void error(SAXParseException e) {
            found.add("line " + e.getLineNumber() + ": " + e.getMessage());
        }

        @Override
        public void fatalError(SAXParseException e) {
            error(e);
        }
    }
}
