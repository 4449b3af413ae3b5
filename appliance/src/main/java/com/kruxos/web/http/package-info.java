/**
 * The HTTP kit of every listener: router, access rules, requests, responses, problem replies, forms, server-sent
 * events.
 */
@NullMarked
package com.kruxos.web.http;

import org.jspecify.annotations.NullMarked;
