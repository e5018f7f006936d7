/** Letters as messages in a chat, through incoming webhooks as Slack defines them. Private to {@code notifications}. */
@MayUse
@NullMarked
package io.sluice.notifications.chat;

import io.sluice.MayUse;
import org.jspecify.annotations.NullMarked;
