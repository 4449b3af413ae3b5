/** The frame around every page: header, navigation, notices, CSRF field, style sheet and script. */
@NullMarked
package com.kruxos.dashboard.layout;

import org.jspecify.annotations.NullMarked;
