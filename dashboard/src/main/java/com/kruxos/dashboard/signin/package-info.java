/** Sign-in and the choice of a passphrase. */
@NullMarked
package com.kruxos.dashboard.signin;

import org.jspecify.annotations.NullMarked;
