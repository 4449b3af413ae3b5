/**
 * The pages of the dashboard, one sub-package per subject: page records, their rows, and the jte templates (in
 * {@code src/main/jte}, in a folder of the same name). Depends on nothing of ours: no database, HTTP or clock.
 *
 * <p>A new page is a record that implements {@link com.kruxos.dashboard.layout.Page} and a template.
 */
@NullMarked
package com.kruxos.dashboard;

import org.jspecify.annotations.NullMarked;
