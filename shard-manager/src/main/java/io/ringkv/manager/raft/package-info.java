/** The manager's Raft group: its state machine, and the group as the log of the rest of the manager. */
@NullMarked
package io.ringkv.manager.raft;

import org.jspecify.annotations.NullMarked;
