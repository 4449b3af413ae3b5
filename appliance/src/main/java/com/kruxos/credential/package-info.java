/** From the credentials a server is configured with to the environment or headers it gets. */
@NullMarked
package com.kruxos.credential;

import org.jspecify.annotations.NullMarked;
