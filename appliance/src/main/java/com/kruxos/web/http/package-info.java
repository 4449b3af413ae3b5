/**
 * One request and its response on any listener: {@link com.kruxos.web.http.Router} finds the route,
 * {@link com.kruxos.web.http.BodyReader} reads the body, {@link com.kruxos.web.http.EndpointHandler} turns exceptions
 * into {@link com.kruxos.web.http.Problem}s and sends the {@link com.kruxos.web.http.WebResponse}.
 */
@NullMarked
package com.kruxos.web.http;

import org.jspecify.annotations.NullMarked;
