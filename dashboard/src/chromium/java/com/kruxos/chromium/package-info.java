/** Pages in Debian's Chromium, and what looks at them; compiled into the tests of the pages and of the appliance. */
@NullMarked
package com.kruxos.chromium;

import org.jspecify.annotations.NullMarked;
