package com.kruxos.web.http;

/** The key of a row in a route table; {@link PathTemplate} describes the form of the path. */
public interface HttpRoute {
    String method();

    String path();
}
