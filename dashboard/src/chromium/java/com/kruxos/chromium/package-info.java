/** Chromium tests of pages; compiled into the tests of the dashboard and of the appliance. */
@NullMarked
package com.kruxos.chromium;

import org.jspecify.annotations.NullMarked;
