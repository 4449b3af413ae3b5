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
 * A page as the parser of the W3C's checker reads it.
 *
 * @param faults what it found wrong; browsers would have mended it in silence
 */
record Parsed(Node root, List<String> faults) {
    static Parsed of(Story story) {
        var faults = new ArrayList<String>();
        var builder = new HtmlDocumentBuilder(XmlViolationPolicy.ALLOW);
        builder.setErrorHandler(new Faults(faults));
        var source = new InputSource(new ByteArrayInputStream(story.bytes()));
        source.setEncoding(StandardCharsets.UTF_8.name());
        try {
            return new Parsed(
                    story.whole() ? builder.parse(source) : builder.parseFragment(source, "div"), List.copyOf(faults));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SAXException e) {
            throw new IllegalStateException(e);
        }
    }

    Stream<Element> elements() {
        return below(root).filter(Element.class::isInstance).map(Element.class::cast);
    }

    Stream<Element> elements(String name) {
        return elements().filter(element -> element.getLocalName().equals(name));
    }

    Stream<Attr> attributes() {
        return elements().flatMap(Parsed::attributes);
    }

    Stream<String> texts() {
        return below(root).filter(node -> node.getNodeType() == Node.TEXT_NODE).map(Node::getNodeValue);
    }

    static Stream<Attr> attributes(Element element) {
        var attributes = element.getAttributes();
        return IntStream.range(0, attributes.getLength())
                .mapToObj(attributes::item)
                .map(Attr.class::cast);
    }

    static Stream<Element> inside(Element element) {
        return below(element).filter(Element.class::isInstance).map(Element.class::cast);
    }

    private static Stream<Node> below(Node node) {
        return Stream.concat(Stream.of(node), children(node.getChildNodes()).flatMap(Parsed::below));
    }

    private static Stream<Node> children(NodeList nodes) {
        return IntStream.range(0, nodes.getLength()).mapToObj(nodes::item);
    }

    private record Faults(List<String> found) implements ErrorHandler {
        @Override
        public void warning(SAXParseException fault) {
            error(fault);
        }

        @Override
        public void error(SAXParseException fault) {
            found.add("line " + fault.getLineNumber() + ": " + fault.getMessage());
        }

        @Override
        public void fatalError(SAXParseException fault) {
            error(fault);
        }
    }
}
