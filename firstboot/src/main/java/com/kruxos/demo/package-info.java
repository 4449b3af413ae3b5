/** Shows a newcomer the main job in one terminal: lent, refused, revoked, proved. */
@NullMarked
package com.kruxos.demo;

import org.jspecify.annotations.NullMarked;
