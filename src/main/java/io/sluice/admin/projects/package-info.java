/** Calls about projects: make, read, list, change, and their status. */
@MayUse
@NullMarked
package io.sluice.admin.projects;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
