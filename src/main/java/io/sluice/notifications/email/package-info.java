/** Letters as mails: how they are written, and how they get to the mail server. Private to {@code notifications}. */
@MayUse
@NullMarked
package io.sluice.notifications.email;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
