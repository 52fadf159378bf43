/**
 * The manager's log and snapshots as bytes: format 1. Strict on purpose: whatever these codecs do not understand completely
 * stops the member, because a member that skips what others apply is no longer a copy of them.
 */
@NullMarked
package io.ringkv.manager.log;

import org.jspecify.annotations.NullMarked;
