/**
 * Administrative changes: recorded as intent, made, and recorded with their outcome.
 *
 * <p>One class per subject. Each makes changes only through {@link com.kruxos.admin.AuditedActions}. The listeners
 * check the caller's permission before they call these classes. Refusals are returned as values; failures are
 * exceptions. {@link com.kruxos.admin.Admin} holds one instance of each class.
 */
@NullMarked
package com.kruxos.admin;

import org.jspecify.annotations.NullMarked;
