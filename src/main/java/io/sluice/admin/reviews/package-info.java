/** Calls about reviews of suspensions: asked for by owners, decided by operators. */
@MayUse
@NullMarked
package io.sluice.admin.reviews;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
