package com.kruxos.cli.json;

import java.util.List;

/**
 * A JSON value and its position in the text, as byte offsets.
 *
 * @param name the name of the member, unescaped; empty for an array element and for the root
 * @param itemStart start of the quoted name, or of the value where there is no name
 * @param start start of the value
 * @param end offset after the last byte of the value
 * @param children members or elements, in the order of the text; empty for a scalar
 */
public record JsonElement(String name, int itemStart, int start, int end, List<JsonElement> children) {}
